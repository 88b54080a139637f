package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.model.Death;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Spec(value = "rabbitmq", section = "x-death")
class BrokerHeadersTest {
    private static final byte[] OWN_HEADER =
            Bytes.payload().str("own").u8('b').u8(7).bytes();

    private static byte[] merged(byte[] overlay, byte[] properties, int deliveryCount) {
        return BrokerHeaders.merge(Records.of("x", "k", overlay, properties, new byte[3]), 0, deliveryCount);
    }

    private static Map<String, ?> headers(byte[] properties) {
        return Properties091.headers(Records.of("x", "k", properties, new byte[0]), 0);
    }

    @Test
    void other_headers_and_properties_keep_their_bytes() {
        byte[] before = Bytes.payload()
                .u16(0xB008)
                .str("text/plain")
                .longBytes(OWN_HEADER)
                .u8(2)
                .str("app")
                .bytes();
        byte[] count = Bytes.payload().str("x-delivery-count").u8('l').u64(2).bytes();
        byte[] after = Bytes.payload()
                .u16(0xB008)
                .str("text/plain")
                .longBytes(Bytes.concat(OWN_HEADER, count))
                .u8(2)
                .str("app")
                .bytes();
        assertArrayEquals(after, merged(new byte[0], before, 2));
    }

    @Test
    void a_header_of_the_same_name_is_replaced() {
        byte[] claimed =
                Bytes.payload().str("x-delivery-count").u8('S').longStr("99").bytes();
        byte[] before = Bytes.payload()
                .u16(0x2000)
                .longBytes(Bytes.concat(claimed, OWN_HEADER))
                .bytes();
        assertEquals(Map.of("own", 7L, "x-delivery-count", 1L), headers(merged(new byte[0], before, 1)));
    }

    @Test
    void the_death_history_is_written_under_the_names_that_clients_know() {
        Deaths deaths = Deaths.NONE
                .with(Death.first("q1", DeathReason.EXPIRED, 1_700_000_000_123L, "orders", List.of("a", "b"), "500"))
                .with(Death.first("q2", DeathReason.REJECTED, 1_700_000_001_999L, "", List.of("q2"), null));
        byte[] merged = merged(deaths.encode(), Bytes.noProperties(), 0);
        Map<String, Object> first = Map.of(
                "count",
                1L,
                "reason",
                "rejected",
                "queue",
                "q2",
                "time",
                Instant.ofEpochSecond(1_700_000_001),
                "exchange",
                "",
                "routing-keys",
                List.of("q2"));
        Map<String, Object> second = Map.of(
                "count", 1L,
                "reason", "expired",
                "queue", "q1",
                "time", Instant.ofEpochSecond(1_700_000_000),
                "exchange", "orders",
                "routing-keys", List.of("a", "b"),
                "original-expiration", "500");
        assertEquals(
                Map.of(
                        "x-death", List.of(first, second),
                        "x-first-death-reason", "expired",
                        "x-first-death-queue", "q1",
                        "x-first-death-exchange", "orders",
                        "x-last-death-reason", "rejected",
                        "x-last-death-queue", "q2",
                        "x-last-death-exchange", ""),
                headers(merged));
    }

    @Test
    void an_expiration_that_was_lost_by_dying_is_taken_off_the_message_and_a_newer_one_is_not() {
        byte[] before = Bytes.payload().u16(0x1140).u8(2).str("500").u64(12).bytes();
        byte[] overlay = Deaths.NONE
                .with(Death.first("q", DeathReason.EXPIRED, 1, "x", List.of("k"), "500"))
                .encode();
        ByteBuffer record = Records.of("x", "k", overlay, before, new byte[3]);
        byte[] merged = BrokerHeaders.merge(record, 0, 0);
        assertEquals(0x3040, Properties091.flags(merged, 0));
        int tableEnd = 6 + Properties091.tableLength(merged, 2);
        assertArrayEquals(Bytes.payload().u8(2).u64(12).bytes(), Arrays.copyOfRange(merged, tableEnd, merged.length));
        record.putLong(24, 1_700_000_000_000L);
        assertEquals(0x3140, Properties091.flags(BrokerHeaders.merge(record, 0, 0), 0));
    }
}
