package io.millrace.core.time;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs tasks when the test says so, on the test's thread, in order. */
public final class StepExecutor implements Executor {
    private static final int STEPS_MAX = 1_000_000;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.addLast(task);
    }

    /** How many tasks wait. */
    public int waiting() {
        return tasks.size();
    }

    /** Forgets all tasks, as a crash does. */
    public void clear() {
        tasks.clear();
    }

    /** Runs the oldest task; false if there is none. */
    public boolean step() {
        Runnable task = tasks.pollFirst();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Runs tasks, those that they add included, until none waits. */
    public void runAll() {
        for (int steps = 0; step(); steps++) {
            if (steps == STEPS_MAX) {
                throw new IllegalStateException("tasks keep adding tasks: " + STEPS_MAX + " were run");
            }
        }
    }
}
