package io.millrace.config;

import java.util.regex.Pattern;

/**
 * Text of a given form.
 *
 * @param form    what the whole text must match
 * @param allowed the same in words
 */
record TextType(Pattern form, String allowed) implements ValueType<String> {
    /** Up to 255 characters that a terminal can show. */
    static final TextType PRINTABLE = of("\\P{Cntrl}{1,255}", "1 to 255 characters, no control characters");

    static TextType of(String form, String allowed) {
        return new TextType(Pattern.compile(form, Pattern.UNICODE_CHARACTER_CLASS), allowed);
    }

    @Override
    public String kind() {
        return "text";
    }

    @Override
    public String parse(String text) throws InvalidValueException {
        if (text.isEmpty()) {
            throw new InvalidValueException("is empty");
        }
        if (!form.matcher(text).matches()) {
            throw new InvalidValueException("does not have the form of this key");
        }
        return text;
    }

    @Override
    public String print(String value) {
        return value;
    }
}
