package io.millrace.server.amqp091;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TxWireTest {
    private static final byte[] SELECT = Bytes.method(1, 90, 10).frame();
    private static final byte[] COMMIT = Bytes.method(1, 90, 20).frame();
    private static final byte[] ROLLBACK = Bytes.method(1, 90, 30).frame();
    private static final byte[] MESSAGE = Bytes.publish(1, "x", "k", Bytes.noProperties(), "m");

    private static byte[] ack(long tag, boolean multiple) {
        return Bytes.method(1, 60, 80).u64(tag).u8(multiple ? 1 : 0).frame();
    }

    /** A transactional channel with a consumer and deliveries 1, 2, 3 … from sequence 100 of queue 9. */
    private static Wire holding(int deliveries) {
        Wire wire = Wire.channel()
                .send(Bytes.method(1, 60, 20)
                        .u16(0)
                        .str("q")
                        .str("t")
                        .u8(0)
                        .table(Map.of())
                        .frame());
        for (int i = 0; i < deliveries; i++) {
            wire.deliver(1, 9, 100 + i, Records.of("x", "k", Bytes.noProperties(), Bytes.ascii("m")));
        }
        return wire.send(SELECT).forget();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.select")
    void select_is_answered_and_may_be_repeated() {
        Wire wire = Wire.channel().send(SELECT, SELECT);
        wire.expect(Bytes.method(1, 90, 11)).expect(Bytes.method(1, 90, 11)).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.commit")
    void a_commit_follows_what_it_commits_and_is_answered_when_it_is_done() {
        Wire wire = holding(1);
        wire.commands.hold = true;
        wire.send(MESSAGE, ack(1, false), COMMIT).expectNothing();
        wire.calls(
                "publish 0 flags=2 x/k durable=false priority=0 m", "settleAtCommit 1 9 100..100 ACCEPTED", "commit 1");
        wire.commands.answer();
        wire.run().expect(Bytes.method(1, 90, 21)).expectNothing();
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.rollback")
    void a_rollback_makes_deliveries_wait_again_in_their_order() {
        Wire wire = holding(4);
        wire.send(ack(3, false), ack(1, false), ROLLBACK).expect(Bytes.method(1, 90, 31));
        wire.calls("settleAtCommit 1 9 102..102 ACCEPTED", "settleAtCommit 1 9 100..100 ACCEPTED", "rollback 1");
        wire.send(ack(2, true), ack(4, true), COMMIT).expect(Bytes.method(1, 90, 21));
        wire.calls("settleAtCommit 1 9 100..103 ACCEPTED", "commit 1");
        wire.send(ROLLBACK).expect(Bytes.method(1, 90, 31));
        wire.send(ack(4, false)).expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 4", 60, 80);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.rollback")
    void a_delivery_cannot_be_settled_twice_in_a_transaction() {
        holding(1)
                .send(ack(1, false), ack(1, false))
                .expectClose(1, 406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.recover")
    void recover_gives_back_at_once_what_was_not_settled_in_the_transaction() {
        Wire wire = holding(3);
        wire.send(ack(2, false), Bytes.method(1, 60, 110).u8(1).frame());
        wire.expect(Bytes.method(1, 60, 111));
        wire.calls(
                "settleAtCommit 1 9 101..101 ACCEPTED", "settle 1 9 100..100 RELEASED", "settle 1 9 102..102 RELEASED");
        wire.send(COMMIT).expect(Bytes.method(1, 90, 21)).calls("commit 1");
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.commit")
    void commit_and_rollback_need_a_transactional_channel() {
        Wire.channel().send(COMMIT).expectClose(1, 406, "PRECONDITION_FAILED - channel is not transactional", 90, 20);
        Wire.channel().send(ROLLBACK).expectClose(1, 406, "PRECONDITION_FAILED - channel is not transactional", 90, 30);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "tx.select")
    void transactions_and_confirms_exclude_each_other() {
        byte[] confirm = Bytes.method(1, 85, 10).u8(0).frame();
        Wire.channel()
                .send(SELECT, confirm)
                .expect(Bytes.method(1, 90, 11))
                .expectClose(1, 406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode", 85, 10);
        Wire.channel()
                .send(confirm, SELECT)
                .expect(Bytes.method(1, 85, 11))
                .expectClose(1, 406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode", 90, 10);
    }

    @Test
    @Spec(value = "amqp-0-9-1", section = "basic.qos")
    void a_prefetch_of_consumers_takes_the_place_of_the_shared_one() {
        Wire wire = Wire.channel();
        wire.send(Bytes.method(1, 60, 10).u32(0).u16(50).u8(1).frame()).calls("window 1 50");
        wire.send(Bytes.method(1, 60, 10).u32(0).u16(20).u8(0).frame()).calls("window 1 0");
        wire.send(Bytes.method(1, 60, 10).u32(0).u16(30).u8(0).frame()).calls();
    }
}
