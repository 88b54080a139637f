package io.millrace.server.cli;

import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a password where nobody looks on: from a terminal without showing it, or as the first line of the input. */
final class Passwords {
    private static final int BYTES_MAX = 1 << 16;

    private Passwords() {}

    /**
     * The password that was given, or is read now.
     *
     * @param given from the command line, where other users of the machine may see it; null if it is to be read
     */
    static String of(@Nullable String given, InputStream in, PrintWriter err) {
        if (given != null) {
            err.println("millrace: a password on the command line can be seen by others; it is better given as input");
            return given;
        }
        Console console = in == System.in ? System.console() : null;
        if (console != null) {
            char[] typed = console.readPassword("Password: ");
            return required(typed == null ? "" : new String(typed));
        }
        try {
            String text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
            return required(text.lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new FatalException(ExitCode.UNEXPECTED, "the password cannot be read: " + e.getMessage(), e);
        }
    }

    private static String required(String password) {
        if (password.isEmpty()) {
            throw new FatalException(ExitCode.USAGE, "the password is empty; give it as the first line of the input");
        }
        return password;
    }
}
