package io.millrace.config;

/**
 * How the text of a value becomes a {@code T}, and what a person is told about it.
 *
 * <p>Whatever {@link #print} gives, {@link #parse} reads back to an equal value; secrets are the exception.
 */
public interface ValueType<T> {
    /** One or two words for the table of keys: {@code size}, {@code duration}. */
    String kind();

    /** What is accepted, as it follows "allowed:" in an error: {@code a size from 1MiB to 1GiB}. */
    String allowed();

    /** Reads a value as it stands in the file, without the blanks around it. */
    T parse(String text) throws InvalidValueException;

    /** The shortest text that means this value; masked when it is a secret. */
    String print(T value);

    /** The same after the broker has decided what was left to it. */
    default String printOn(Machine machine, T value) {
        return print(value);
    }

    /** True if the text must appear in no message, page or log. */
    default boolean secret() {
        return false;
    }
}
