package io.millrace.server.demo;

import java.io.Console;
import java.util.Map;

/** Whether standard output is a terminal that understands control sequences. */
public final class Terminal {
    private Terminal() {}

    /** @param environment the variables of the process */
    @SuppressWarnings("SystemConsoleNull") // isTerminal() below is for the Java versions that this is about
    public static boolean draws(Map<String, String> environment) {
        Console console = System.console();
        String kind = environment.getOrDefault("TERM", "dumb");
        return console != null && isTerminal(console) && !kind.equals("dumb");
    }

    /** From Java 22 on there is a console without a terminal as well, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
