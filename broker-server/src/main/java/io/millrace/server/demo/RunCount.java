package io.millrace.server.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of a whole run, and whether it adds up.
 *
 * @param published messages handed to the broker
 * @param confirmed those that the broker confirmed
 * @param refused those that it refused
 * @param returned those that it gave back for want of a queue
 * @param queues what came of each queue
 * @param deadLetters messages in the dead-letter queue
 */
record RunCount(
        long published, long confirmed, long refused, long returned, List<QueueCount> queues, long deadLetters) {

    /** Events that were rejected in all queues together. */
    long rejected() {
        return queues.stream().mapToLong(queue -> queue.dead().cardinality()).sum();
    }

    /** Everything that is wrong, for people; empty if all adds up. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (confirmed != published) {
            problems.add("published " + published + ", but confirmed " + confirmed);
        }
        if (refused > 0) {
            problems.add(refused + " messages were refused");
        }
        if (returned > 0) {
            problems.add(returned + " messages were returned although the pattern '#' takes every one");
        }
        if (deadLetters != rejected()) {
            problems.add("rejected " + rejected() + ", but the dead-letter queue holds " + deadLetters);
        }
        for (QueueCount queue : queues) {
            queue.problems().forEach(problem -> problems.add(queue.name() + ": " + problem));
        }
        return problems;
    }
}
