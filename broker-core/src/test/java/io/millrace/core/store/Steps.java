package io.millrace.core.store;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** An executor that runs its tasks when it is told to. */
final class Steps implements Executor {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    int waiting() {
        return tasks.size();
    }

    void runLast() {
        tasks.removeLast().run();
    }

    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }
}
