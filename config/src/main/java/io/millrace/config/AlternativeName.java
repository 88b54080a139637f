package io.millrace.config;

/** A kind of alternative names in certificates, RFC 5280 §4.2.1.6. */
public enum AlternativeName {
    DNS(2),
    EMAIL(1),
    URI(6),
    IP(7);

    private final int tag;

    AlternativeName(int tag) {
        this.tag = tag;
    }

    /** The number of this kind of GeneralName. */
    public int tag() {
        return tag;
    }
}
