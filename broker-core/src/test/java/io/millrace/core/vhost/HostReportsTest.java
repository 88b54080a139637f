package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostReportsTest {
    private final HostKit kit = new HostKit(new SimulatedDisk(), 16 << 20);
    private final RecordingOutlet outlet = new RecordingOutlet();
    private final Lane lane = kit.lane(outlet);
    private final HostReports reports = kit.host.reports();

    @Test
    void pages_hold_every_queue_once_though_others_come_and_go_between_them() {
        for (int i = 0; i < 1_200; i++) {
            declare("q" + i);
        }
        kit.settle();
        List<String> names = new ArrayList<>();
        Page<QueueReport> page = reports.queues(0, 500);
        while (true) {
            assertTrue(page.items().size() <= 500);
            page.items().forEach(each -> names.add(each.spec().name()));
            if (!page.hasNext()) {
                break;
            }
            delete("q" + (names.size() - 1));
            page = reports.queues(page.next(), 500);
        }

        assertEquals(1_200, names.size());
        assertEquals(1_200, List.copyOf(new java.util.HashSet<>(names)).size());
        assertEquals("q0", names.get(0));
    }

    @Test
    void first_page_begins_at_the_first_queue_however_many_are_gone() {
        for (int i = 0; i < 70_000; i++) {
            declare("gone");
            delete("gone");
        }
        declare("last");
        kit.settle();

        List<String> names = new ArrayList<>();
        Page<QueueReport> page = reports.queues(0, 10);
        page.items().forEach(each -> names.add(each.spec().name()));
        while (page.hasNext()) {
            page = reports.queues(page.next(), 10);
            page.items().forEach(each -> names.add(each.spec().name()));
        }

        assertEquals(List.of("last"), names);
    }

    @Test
    void queue_report_tells_ready_from_held() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.turn(() -> {
            for (int i = 1; i <= 5; i++) {
                kit.host.publish(lane, i, 0, HostKit.record("", "q", "m" + i, true), 0);
            }
        });
        kit.consume(lane, 1, "q", 2);
        kit.settle();

        QueueReport report = reports.queue("q");
        assertNotNull(report);
        assertEquals(5, report.messages());
        assertEquals(3, report.ready());
        assertEquals(2, report.unsettled());
        assertEquals(1, report.consumers());
        assertNull(report.owner());
        assertNull(reports.queue("other"));
    }

    @Test
    void exclusive_queue_names_its_owner() {
        HostKit.Answer<QueueStatus> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.declareQueue(lane, new QueueSpec("mine", false, true, false, Arguments.NONE), answer));
        kit.settle();

        QueueReport report = reports.queue("mine");
        assertNotNull(report);
        assertEquals("test", report.owner());
    }

    @Test
    void consumer_report_says_what_was_asked_for() {
        kit.queue(lane, "q", Arguments.NONE);
        Arguments arguments = new Arguments(Map.of("note", "mine"));
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.consume(lane, new Subscription(7, "tag", "q", false, true, 20, arguments), answer));
        kit.settle();

        ConsumerReport report = reports.consumers(0, 500).items().get(0);
        assertEquals(new ConsumerReport("q", "test", 1, "tag", false, true, true, 20, arguments), report);
        assertEquals(List.of(report), reports.consumersOf("q"));
        assertEquals(List.of(), reports.consumersOf("other"));
    }

    @Test
    void exchanges_and_bindings_are_listed() {
        kit.queue(lane, "q", Arguments.NONE);
        kit.exchange(lane, "x", "topic");
        kit.bind(lane, "x", "q", "a.*");

        assertTrue(reports.exchanges().stream().anyMatch(each -> each.name().equals("x")));
        assertEquals(1, reports.bindingsOf("x").size());
        assertEquals(reports.bindingsOf("x"), reports.bindingsTo("q"));
        assertEquals(List.of(), reports.bindingsOf("other"));
    }

    private void declare(String name) {
        HostKit.Answer<QueueStatus> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.declareQueue(lane, new QueueSpec(name, false, false, false, Arguments.NONE), answer));
    }

    private void delete(String name) {
        HostKit.Answer<Long> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.deleteQueue(lane, name, false, false, answer));
    }
}
