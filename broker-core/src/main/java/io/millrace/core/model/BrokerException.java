package io.millrace.core.model;

/**
 * A command that the core refuses, with a text for the one who sent it.
 *
 * <p>Carries no stack trace: it is an answer, not a defect. The edge that answers the client logs it once.
 */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param code what kind of refusal it is
     * @param text what, where, the value met, the values allowed, and what to do
     */
    public BrokerException(ErrorCode code, String text) {
        super(text, null, false, false);
        this.code = code;
    }

    /** What kind of refusal it is. */
    public ErrorCode code() {
        return code;
    }

    /** The text for the client. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
