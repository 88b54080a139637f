package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTypeTest {
    private static final SizeType SIZE = new SizeType(0, 512L << 30);
    private static final DurationType DURATION = new DurationType(Duration.ZERO, Duration.ofDays(30));

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "1B, 1",
        "1KiB, 1024",
        "64MiB, 67108864",
        "64 MiB, 67108864",
        "2GiB, 2147483648",
        "007, 7",
        "0GiB, 0"
    })
    void size_is_bytes_or_a_number_with_a_binary_unit(String text, long bytes) throws Exception {
        assertEquals(bytes, SIZE.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "64mib, did you mean MiB",
        "64MB, did you mean MiB",
        "1k, did you mean KiB",
        "5x, unknown unit 'x'",
        "1.5GiB, unknown unit '.5GiB'",
        "MiB, is not a size",
        "-1MiB, is not a size",
        "1e3, unknown unit",
        "600GiB, is too large",
        "9999999999999999999999, is too large",
        "9999999TiB, is too large"
    })
    void size_of_another_form_is_refused_with_its_reason(String text, String reason) {
        refused(SIZE, text, reason);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0s, 0", "5ms, 5", "30s, 30000", "30 s, 30000", "2m, 120000", "1h, 3600000", "1d, 86400000"})
    void duration_is_a_number_with_a_unit(String text, long millis) throws Exception {
        assertEquals(Duration.ofMillis(millis), DURATION.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "30, has no unit",
        "30S, did you mean s",
        "1m30s, unknown unit 'm30s'",
        "forever, is not a duration",
        "31d, is too large",
        "-5s, is not a duration"
    })
    void duration_of_another_form_is_refused_with_its_reason(String text, String reason) {
        refused(DURATION, text, reason);
    }

    @Test
    void duration_with_a_step_takes_multiples_only() throws Exception {
        DurationType seconds = new DurationType(Duration.ZERO, Duration.ofSeconds(100), Duration.ofSeconds(1));

        assertEquals(Duration.ofSeconds(2), seconds.parse("2000ms"));
        refused(seconds, "1500ms", "is not a multiple of 1s");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, is too small",
        "65536, is too large",
        "0x10, is not a whole number",
        "1_000, is not a whole number",
        "'', is not a whole number",
        "1.0, is not a whole number",
        "+1, is not a whole number"
    })
    void number_of_another_form_is_refused_with_its_reason(String text, String reason) {
        refused(new IntegerType(0, 65535), text, reason);
    }

    @Test
    void number_is_decimal_even_with_leading_zeros() throws Exception {
        assertEquals(10, new IntegerType(0, 65535).parse("010"));
    }

    @ParameterizedTest
    @CsvSource({"yes", "on", "1", "TRUE", "''"})
    void boolean_is_spelled_out(String text) {
        refused(new BooleanType(), text, "is not a boolean");
    }

    @Test
    void choice_is_a_constant_in_lower_case() throws Exception {
        ChoiceType<LogLevel> levels = ChoiceType.of(LogLevel.class);

        assertEquals(LogLevel.DEBUG, levels.parse("debug"));
        assertEquals("one of error, warn, info, debug, trace", levels.allowed());
        refused(levels, "verbose", "is not one of the choices");
    }

    @Test
    void text_must_match_as_a_whole() throws Exception {
        TextType letters = TextType.of("[a-z]{1,3}", "1 to 3 letters");

        assertEquals("abc", letters.parse("abc"));
        refused(letters, "abcd", "form of this key");
        refused(letters, "", "is empty");
        refused(TextType.PRINTABLE, "a\u001b[0m", "form of this key");
    }

    @Test
    void path_must_be_one() throws Exception {
        assertEquals(Path.of("/var/lib"), new PathType().parse("/var/lib"));
        refused(new PathType(), "", "is empty");
        refused(new PathType(), "a\0b", "is not a path");
    }

    @Test
    void auto_is_decided_from_the_machine() throws Exception {
        AutoType<Long> auto = new AutoType<>(SIZE, "half of it", machine -> machine.heapBytesMax() / 2);
        Machine machine = new Machine("mill", 1, 4096);

        assertEquals(2048L, auto.parse("auto").on(machine));
        assertEquals(1024L, auto.parse("1KiB").on(machine));
        assertEquals("auto", auto.print(auto.parse("auto")));
        assertEquals("2KiB", auto.printOn(machine, auto.parse("auto")));
        refused(auto, "none", "is not a size");
    }

    @Test
    void secret_does_not_print() throws Exception {
        Secret secret = new SecretType().parse("sesame");

        assertEquals("sesame", secret.reveal());
        assertFalse((secret + new SecretType().print(secret)).contains("sesame"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1, 1B", "1024, 1KiB", "1536, 1536B", "1048576, 1MiB", "68719476736, 64GiB"})
    void size_prints_in_the_largest_unit_that_is_exact(long bytes, String text) {
        assertEquals(text, SIZE.print(bytes));
    }

    private static void refused(ValueType<?> type, String text, String reason) {
        InvalidValueException e = assertThrows(InvalidValueException.class, () -> type.parse(text));
        String message = String.valueOf(e.getMessage());
        assertEquals(reason, message.contains(reason) ? reason : message);
    }
}
