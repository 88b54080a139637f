package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Exchanges bound to exchanges, as a virtual host decides, keeps and forgets them. */
class ExchangeBindingsTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 16 << 20);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void crash() {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        restart();
    }

    private void restart() {
        kit = new HostKit(disk, 16 << 20);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private void exchange(String name, boolean autoDelete) {
        Answer<Void> answer = new Answer<>();
        ExchangeSpec spec = new ExchangeSpec(name, "fanout", true, autoDelete, false, Arguments.NONE);
        kit.turn(() -> kit.host.declareExchange(lane, spec, answer));
        kit.settle();
        answer.value();
    }

    private Answer<Void> bind(BindingSpec spec) {
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.bind(lane, spec, answer));
        kit.settle();
        return answer;
    }

    private static BindingSpec between(String source, String destination) {
        return BindingSpec.between(source, destination, "", Arguments.NONE);
    }

    private boolean isThere(String exchange) {
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.checkExchange(lane, exchange, answer));
        return answer.why == null;
    }

    private String delivered(String exchange, String queue) {
        out.deliveries.clear();
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record(exchange, "k", "m", true), 0));
        kit.turn(() -> kit.host.get(lane, queue, true, new Answer<>()));
        kit.settle();
        return out.deliveries.isEmpty() ? "nothing" : out.last().body();
    }

    private void chain() {
        exchange("a", false);
        exchange("b", false);
        kit.queue(lane, "q", Arguments.NONE);
        bind(between("a", "b")).value();
        bind(between("b", "a")).value();
        bind(new BindingSpec("b", "q", "", Arguments.NONE)).value();
    }

    @Test
    void a_binding_between_exchanges_survives_a_crash() {
        chain();
        crash();
        assertEquals("m", delivered("a", "q"));
        assertEquals("nothing", delivered("amq.fanout", "q"));
    }

    @Test
    void a_binding_between_exchanges_survives_a_clean_stop() {
        chain();
        kit.host.stop(() -> {});
        kit.settle();
        restart();
        assertEquals("m", delivered("a", "q"));
    }

    @Test
    void an_unbound_exchange_stays_unbound_after_a_crash() {
        chain();
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.unbind(lane, between("a", "b"), answer));
        kit.settle();
        answer.value();
        assertEquals("nothing", delivered("a", "q"));
        crash();
        assertEquals("nothing", delivered("a", "q"));
        assertEquals("m", delivered("b", "q"));
    }

    @Test
    void a_deleted_exchange_takes_bindings_to_it_and_from_it_along() {
        chain();
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.deleteExchange(lane, "b", false, answer));
        kit.settle();
        answer.value();
        crash();
        exchange("b", false);
        assertEquals("nothing", delivered("a", "q"));
        assertEquals("nothing", delivered("b", "q"));
    }

    @Test
    void auto_delete_exchanges_go_one_after_the_other_with_their_last_binding() {
        exchange("a", true);
        exchange("b", true);
        exchange("c", true);
        exchange("kept", false);
        kit.queue(lane, "q", Arguments.NONE);
        bind(between("kept", "a")).value();
        bind(between("a", "b")).value();
        bind(between("b", "c")).value();
        bind(new BindingSpec("c", "q", "", Arguments.NONE)).value();
        Answer<Long> answer = new Answer<>();
        kit.turn(() -> kit.host.deleteQueue(lane, "q", false, false, answer));
        kit.settle();
        answer.value();
        for (String restart : new String[] {"before", "after"}) {
            assertEquals(List.of(false, false, false, true), gone(), restart);
            crash();
        }
    }

    private List<Boolean> gone() {
        return List.of(isThere("a"), isThere("b"), isThere("c"), isThere("kept"));
    }

    @Test
    void being_a_destination_does_not_keep_an_auto_delete_exchange() {
        exchange("a", true);
        exchange("b", true);
        kit.queue(lane, "q", Arguments.NONE);
        bind(between("a", "b")).value();
        bind(new BindingSpec("b", "q", "", Arguments.NONE)).value();
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.unbind(lane, new BindingSpec("b", "q", "", Arguments.NONE), answer));
        kit.settle();
        answer.value();
        assertTrue(!isThere("b") && !isThere("a"));
    }

    @Test
    void of_two_missing_ends_the_source_is_named() {
        assertEquals("no exchange 'x' in vhost '/'", refusal(new BindingSpec("x", "q", "", Arguments.NONE)));
        assertEquals("no exchange 'x' in vhost '/'", refusal(between("x", "y")));
        assertEquals("no exchange 'y' in vhost '/'", refusal(between("amq.direct", "y")));
        assertEquals("no queue 'q' in vhost '/'", refusal(new BindingSpec("amq.direct", "q", "", Arguments.NONE)));
        assertEquals("operation not permitted on the default exchange", refusal(between("amq.direct", "")));
        assertEquals("operation not permitted on the default exchange", refusal(between("", "amq.direct")));
    }

    private String refusal(BindingSpec spec) {
        Answer<Void> answer = bind(spec);
        BrokerException why = answer.why;
        return why == null ? "bound" : why.text();
    }

    @Test
    void a_publish_that_would_pass_too_many_exchanges_is_refused_and_stored_nowhere() {
        kit.queue(lane, "q", Arguments.NONE);
        bind(new BindingSpec("amq.fanout", "q", "", Arguments.NONE)).value();
        kit.turn(() -> {
            for (int i = 0; i <= 10_000; i++) {
                ExchangeSpec spec = new ExchangeSpec("e" + i, "fanout", false, false, false, Arguments.NONE);
                kit.host.declareExchange(lane, spec, new Answer<>());
                kit.host.bind(lane, between("amq.fanout", "e" + i), new Answer<>());
            }
        });
        assertEquals("nothing", delivered("amq.fanout", "q"));
        BrokerException why = out.failures.get(0);
        assertEquals(ErrorCode.RESOURCE_EXHAUSTED, why.code());
        assertTrue(why.text().contains("'amq.fanout'"), why.text());
    }

    @Test
    void a_direct_self_binding_ends() {
        bind(between("amq.fanout", "amq.fanout")).value();
        kit.queue(lane, "q", Arguments.NONE);
        bind(new BindingSpec("amq.fanout", "q", "", Arguments.NONE)).value();
        assertEquals("m", delivered("amq.fanout", "q"));
        assertNull(kit.failure.get());
    }
}
