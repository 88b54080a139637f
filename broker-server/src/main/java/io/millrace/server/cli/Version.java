package io.millrace.server.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the broker, as the build wrote it into the jar. */
final class Version implements IVersionProvider {
    static String number() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "millrace " + number(), "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")"
        };
    }
}
