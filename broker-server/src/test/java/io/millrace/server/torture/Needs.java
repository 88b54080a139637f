package io.millrace.server.torture;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/** What not every machine has: a test that needs it and cannot have it is skipped, and says why. */
final class Needs {
    private Needs() {}

    /** File systems of our own, on loop devices. */
    static void volumes() {
        that(isRoot(), "file systems of its own need root: run the build as root");
        program("losetup", "mount");
        program("mkfs.ext4", "e2fsprogs");
        program("perl", "perl-base");
        try {
            Volume.removeThoseOfTheDead();
            Volume.create("probe", 32L << 20, Volume.EXT4).close();
        } catch (IOException e) {
            that(false, "loop devices cannot be mounted here, in a virtual machine they could: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void program(String name, String debianPackage) {
        that(Shell.has(name), name + " is not installed: apt-get install " + debianPackage);
    }

    /** Libraries that are loaded before all others. */
    static void compiler() {
        program("gcc", "gcc libc6-dev");
    }

    /** Skips the test, for all to see, unless it holds. */
    static void that(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println("torture: skipped, " + otherwise);
        }
        assumeTrue(holds, otherwise);
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
