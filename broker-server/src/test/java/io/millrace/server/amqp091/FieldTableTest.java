package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Spec(value = "amqp-0-9-1", section = "4.2.5.5")
class FieldTableTest {
    private static @Nullable Object value(Bytes value) {
        byte[] bytes = Bytes.payload().str("k").raw(value.bytes()).bytes();
        FieldTableCheck.check(bytes, 0, bytes.length, 1_000);
        return FieldTable.decode(bytes, 0, bytes.length).get("k");
    }

    @Test
    void every_type_of_the_field_is_read() {
        assertEquals(true, value(Bytes.payload().u8('t').u8(1)));
        assertEquals(-1L, value(Bytes.payload().u8('b').u8(255)));
        assertEquals(255L, value(Bytes.payload().u8('B').u8(255)));
        assertEquals(-1L, value(Bytes.payload().u8('s').u16(65_535)));
        assertEquals(65_535L, value(Bytes.payload().u8('u').u16(65_535)));
        assertEquals(-1L, value(Bytes.payload().u8('I').u32(-1)));
        assertEquals(4_294_967_295L, value(Bytes.payload().u8('i').u32(-1)));
        assertEquals(-2L, value(Bytes.payload().u8('l').u64(-2)));
        assertEquals(-2L, value(Bytes.payload().u8('L').u64(-2)));
        assertEquals(1.5, value(Bytes.payload().u8('f').u32(Float.floatToIntBits(1.5f))));
        assertEquals(-2.25, value(Bytes.payload().u8('d').u64(Double.doubleToLongBits(-2.25))));
        assertEquals(new BigDecimal("3.14"), value(Bytes.payload().u8('D').u8(2).u32(314)));
        assertEquals("text", value(Bytes.payload().u8('S').longStr("text")));
        assertEquals(
                Instant.ofEpochSecond(1_700_000_000),
                value(Bytes.payload().u8('T').u64(1_700_000_000)));
        assertEquals(null, value(Bytes.payload().u8('V')));
        assertArrayEquals(new byte[] {1, 2}, (byte[])
                value(Bytes.payload().u8('x').longBytes(new byte[] {1, 2})));
        byte[] inner = Bytes.payload().str("a").u8('t').u8(0).bytes();
        assertEquals(Map.of("a", false), value(Bytes.payload().u8('F').longBytes(inner)));
        byte[] elements =
                Bytes.payload().u8('b').u8(1).u8('S').longStr("x").u8('V').bytes();
        assertEquals(Arrays.asList(1L, "x", null), value(Bytes.payload().u8('A').longBytes(elements)));
    }

    @Test
    void a_string_that_is_not_utf_8_becomes_bytes() {
        byte[] bytes = {(byte) 0xFF, 'a'};
        assertArrayEquals(bytes, (byte[]) value(Bytes.payload().u8('S').longBytes(bytes)));
        assertEquals("\uFFFD", value(Bytes.payload().u8('S').longBytes("\uFFFD".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void any_timestamp_is_an_instant() {
        value(Bytes.payload().u8('T').u64(Long.MAX_VALUE));
        value(Bytes.payload().u8('T').u64(Long.MIN_VALUE));
    }

    @Test
    void what_is_written_is_read_again() {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        entries.put("flag", true);
        entries.put("long", -5L);
        entries.put("double", 2.5);
        entries.put("decimal", new BigDecimal("-1.25"));
        entries.put("text", "käse");
        entries.put("time", Instant.ofEpochSecond(12));
        entries.put("void", null);
        entries.put("list", Arrays.asList("a", List.of(1L), null));
        entries.put("map", Map.of("k", Map.of("l", "m")));
        ByteBuf out = Unpooled.buffer();
        FieldTableWriter.table(out, entries);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        assertEquals(bytes.length - 4, Properties091.tableLength(bytes, 0));
        FieldTableCheck.check(bytes, 4, bytes.length, 100);
        assertEquals(entries, FieldTable.decode(bytes, 4, bytes.length));
    }

    /** What the check lets pass, every reader of headers must be able to read. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void what_passes_the_check_can_be_decoded_and_merged(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int passed = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] table = randomTable(random);
            try {
                FieldTableCheck.check(table, 0, table.length, 50);
            } catch (WireException refused) {
                continue;
            }
            passed++;
            FieldTable.decode(table, 0, table.length);
            byte[] properties = Bytes.payload().u16(0x2000).longBytes(table).bytes();
            byte[] merged = BrokerHeaders.merge(properties, Map.of("x-delivery-count", 1L));
            int end = 6 + Properties091.tableLength(merged, 2);
            assertEquals(merged.length, end, "seed " + seed + " round " + i);
            FieldTableCheck.check(merged, 6, end, 51);
        }
        assertEquals(true, passed > 1_000, passed + " tables passed, seed " + seed);
    }

    private static byte[] randomTable(SplittableRandom random) {
        byte[] letters = Bytes.ascii("tbBsuIilLfdDSATFVxZ");
        Bytes table = Bytes.payload();
        for (int entries = random.nextInt(4); entries >= 0; entries--) {
            int type = letters[random.nextInt(letters.length)];
            table.str("k" + random.nextInt(3)).u8(type);
            int size = Math.max(0, FieldTableCheck.fixedSize(type));
            if (type == 'S' || type == 'x') {
                table.u32(random.nextInt(8) == 0 ? random.nextInt() : 2).u16(random.nextInt(65_536));
            } else if (type == 'F' || type == 'A') {
                byte[] inner = type == 'F' ? randomTable(random) : new byte[] {'t', 1, 'V'};
                table.longBytes(inner);
            } else {
                byte[] value = new byte[random.nextInt(10) == 0 ? 1 : size];
                random.nextBytes(value);
                table.raw(value);
            }
        }
        byte[] bytes = table.bytes();
        if (random.nextInt(4) == 0 && bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    @Test
    void the_check_counts_entries_of_nested_tables_and_arrays() {
        byte[] nested = Bytes.payload()
                .str("a")
                .u8('F')
                .longBytes(Bytes.payload().str("b").u8('V').bytes())
                .bytes();
        FieldTableCheck.check(nested, 0, nested.length, 2);
        assertThrows(WireException.class, () -> FieldTableCheck.check(nested, 0, nested.length, 1));
        byte[] array = Bytes.payload()
                .str("a")
                .u8('A')
                .longBytes(new byte[] {'V', 'V'})
                .bytes();
        FieldTableCheck.check(array, 0, array.length, 3);
        assertThrows(WireException.class, () -> FieldTableCheck.check(array, 0, array.length, 2));
    }
}
