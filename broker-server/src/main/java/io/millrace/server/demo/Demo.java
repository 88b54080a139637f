package io.millrace.server.demo;

import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Sends real events through a broker to several subscribers, one of which fails on some of them, and checks every count.
 *
 * <p>Runs on the caller's thread and returns when all is done; used once.
 */
public final class Demo {
    private final DemoOptions options;
    private final PrintWriter out;
    private final boolean terminal;

    /**
     * @param out where everything is printed
     * @param terminal whether that is a terminal, on which a table can be drawn over itself
     */
    public Demo(DemoOptions options, PrintWriter out, boolean terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs it.
     *
     * @return {@link ExitCode#OK} if every count adds up
     * @throws FatalException it could not be carried out; says why and what to do
     */
    public ExitCode run() {
        EventSource source = source();
        KeySurvey survey = survey(source);
        List<DemoQueue> queues = plan(survey);
        letOneFail(source, queues.get(queues.size() - 1));
        introduce(source, survey);
        try (DemoBroker broker =
                options.uri() == null ? DemoBroker.own(options.data()) : DemoBroker.running(options.uri())) {
            out.println("Broker: " + broker.address()
                    + (options.uri() == null
                            ? ", started for this demonstration; what it confirms is on disk"
                            : ", which was running"));
            out.flush();
            RunCount count = new DemoRun(broker, out, terminal).run(source, queues, survey.events(), options);
            hint(broker);
            return count.problems().isEmpty() ? ExitCode.OK : ExitCode.UNEXPECTED;
        } finally {
            out.flush();
        }
    }

    private EventSource source() {
        Path file = options.events();
        if (file == null) {
            return GitHistory.of(options.directory(), options.count());
        }
        if (!Files.isRegularFile(file)) {
            throw new FatalException(
                    ExitCode.USAGE,
                    "--events " + file
                            + (Files.exists(file) ? " is no regular file; it is read twice" : " does not exist"));
        }
        try {
            return new JsonLines(file, new RoutingKey(options.keyFields()), options.count());
        } catch (IllegalArgumentException e) {
            throw new FatalException(ExitCode.USAGE, "--key: " + e.getMessage(), e);
        }
    }

    private KeySurvey survey(EventSource source) {
        KeySurvey survey = new KeySurvey();
        read(source, event -> {
            survey.add(event.key());
            return true;
        });
        Skipped skipped = source.skipped();
        if (skipped.count() > 0) {
            out.println("Passed over " + skipped.count() + (skipped.count() == 1 ? " line:" : " lines:"));
            skipped.lines().forEach(line -> out.println("  " + line));
        }
        if (survey.events() == 0) {
            out.flush();
            throw new FatalException(
                    ExitCode.USAGE,
                    "there are no events in " + source.description() + "; expected is one JSON object a line");
        }
        return survey;
    }

    private static List<DemoQueue> plan(KeySurvey survey) {
        List<String> both =
                List.of(survey.byFirst(), survey.byLast()).stream().distinct().toList();
        return List.of(
                new DemoQueue(DemoNames.EVERYTHING, List.of("#"), false),
                new DemoQueue(DemoNames.BY_FIRST, List.of(survey.byFirst()), false),
                new DemoQueue(DemoNames.BY_LAST, List.of(survey.byLast()), false),
                new DemoQueue(DemoNames.UNLUCKY, both, true));
    }

    /** However few events there are, the first that comes to that queue fails. */
    private static void letOneFail(EventSource source, DemoQueue unlucky) {
        read(source, event -> {
            boolean comes = TopicPattern.anyMatches(unlucky.patterns(), event.key());
            if (comes) {
                unlucky.alsoFailOn(event.number());
            }
            return !comes;
        });
    }

    private void introduce(EventSource source, KeySurvey survey) {
        out.printf(Locale.ROOT, "Events: %,d, %s%n", survey.events(), source.description());
        double rate = options.rateFor(survey.events());
        out.println(
                rate == 0
                        ? "Pace: as fast as it goes"
                        : String.format(
                                Locale.ROOT, "Pace: %,.1f events a second (--rate 0: as fast as it goes)", rate));
        out.flush();
    }

    private static void read(EventSource source, EventSource.Sink sink) {
        try {
            source.read(sink);
        } catch (IOException e) {
            throw new FatalException(ExitCode.USAGE, "cannot read " + source.description() + ": " + e, e);
        }
    }

    private void hint(DemoBroker broker) {
        String get = "  any AMQP 0-9-1 client, for example: amqp-get -u ";
        if (options.uri() != null) {
            out.println("Exchange, queues and dead letters stay on the broker until the next demonstration. To look:");
            out.println(get + broker.address() + " -q " + DemoNames.DEAD_QUEUE);
        } else if (options.data() != null) {
            out.println("Exchange, queues and dead letters are kept in " + options.data() + ". To look:");
            out.println("  ./millrace start --data " + options.data());
            out.println(get + "amqp://guest:guest@127.0.0.1:5672 -q " + DemoNames.DEAD_QUEUE);
        } else {
            out.println("The broker and its data end here. To look further:");
            out.println(
                    "  ./millrace demo --data DIR       keeps them, for ./millrace start --data DIR and any client");
            out.println(
                    "  ./millrace demo --uri amqp://guest:guest@127.0.0.1:5672       uses a broker that is running");
        }
        if (options.events() == null) {
            out.println("  ./millrace demo --events FILE.jsonl --key FIELD,FIELD         sends events of your own");
        }
    }
}
