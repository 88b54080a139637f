package io.millrace.config;

/** A password or the like; the text follows the rules of {@link TextType#PRINTABLE}. */
record SecretType() implements ValueType<Secret> {
    @Override
    public String kind() {
        return "secret";
    }

    @Override
    public String allowed() {
        return TextType.PRINTABLE.allowed();
    }

    @Override
    public Secret parse(String text) throws InvalidValueException {
        return new Secret(TextType.PRINTABLE.parse(text));
    }

    @Override
    public String print(Secret value) {
        return Secret.MASK;
    }

    @Override
    public boolean secret() {
        return true;
    }
}
