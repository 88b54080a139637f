package io.millrace.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What each module may know. To change a rule is to change the design: think first, and write down why. */
class LayersTest {
    private static final String CONFIG = "io.millrace.config..";
    private static final String CORE = "io.millrace.core..";
    private static final String LOCAL_LOG = "io.millrace.core.log.local..";
    private static final String DEAD_LETTER = "io.millrace.deadletter..";
    private static final String CLIENT = "io.millrace.client..";
    private static final String SERVER = "io.millrace.server..";
    private static final String AMQP_091 = "io.millrace.server.amqp091..";
    private static final String AMQP_10 = "io.millrace.server.amqp10..";

    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.millrace");

    @Test
    void configuration_knows_no_other_module() {
        check(noClasses().that().resideInAPackage(CONFIG).should().dependOnClassesThat(ours().and(outside(CONFIG))));
    }

    @Test
    void core_knows_the_java_platform_only() {
        check(classes()
                .that()
                .resideInAPackage(CORE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        CORE,
                        "java.lang..",
                        "java.io..",
                        "java.math..",
                        "java.nio..",
                        "java.security..",
                        "java.text..",
                        "java.time..",
                        "java.util",
                        "java.util.concurrent..",
                        "java.util.function..",
                        "java.util.regex..",
                        "java.util.stream..",
                        "java.util.zip..",
                        "org.jspecify.annotations.."));
    }

    @Test
    void core_gets_threads_from_outside() {
        check(coreButLocalLog().should().dependOnClassesThat().areAssignableTo(Thread.class));
    }

    @Test
    void core_gets_time_and_chance_from_outside() {
        check(coreButLocalLog()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom"));
    }

    @Test
    void core_touches_files_in_the_local_log_only() {
        check(coreButLocalLog()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)"));
    }

    @Test
    void the_two_protocols_do_not_see_each_other() {
        check(noClasses()
                .that()
                .resideInAPackage(AMQP_091)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(AMQP_10));
        check(noClasses()
                .that()
                .resideInAPackage(AMQP_10)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(AMQP_091));
    }

    @Test
    void management_over_http_knows_no_protocol_of_messages() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.server.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        AMQP_091,
                        AMQP_10,
                        "io.millrace.server.transport..",
                        "io.millrace.server.runtime..",
                        "io.millrace.server.node.."));
    }

    @Test
    void dead_letters_know_neither_server_nor_network() {
        check(noClasses()
                .that()
                .resideInAPackage(DEAD_LETTER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVER, CLIENT, "io.vertx..", "io.netty.."));
    }

    @Test
    void client_knows_no_module_of_the_broker() {
        check(noClasses()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVER, CORE, DEAD_LETTER, CONFIG));
    }

    @Test
    void packages_have_no_cycles() {
        // Main is what starts the process: it knows the command line, which knows the broker.
        slices().matching("io.millrace.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(Main.class, io.millrace.server.cli.MillraceCommand.class)
                .check(SHIPPED);
    }

    private static void check(ArchRule rule) {
        // Some of the packages are still to come.
        rule.allowEmptyShould(true).check(SHIPPED);
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction coreButLocalLog() {
        return noClasses().that().resideInAPackage(CORE).and().resideOutsideOfPackage(LOCAL_LOG);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return JavaClass.Predicates.resideInAPackage("io.millrace..");
    }

    private static DescribedPredicate<JavaClass> outside(String pattern) {
        return JavaClass.Predicates.resideOutsideOfPackage(pattern);
    }
}
