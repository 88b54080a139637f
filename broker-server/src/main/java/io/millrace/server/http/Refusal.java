package io.millrace.server.http;

import io.millrace.core.model.BrokerException;

/** The answer to a request that is not carried out. Carries no stack trace: it is an answer, not a defect. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    Refusal(int status, String error, String reason) {
        super(reason, null, false, false);
        this.status = status;
        this.error = error;
    }

    static Refusal badRequest(String reason) {
        return new Refusal(400, "bad_request", reason);
    }

    static Refusal notFound(String reason) {
        return new Refusal(404, "Object Not Found", reason);
    }

    static Refusal unavailable(String reason) {
        return new Refusal(503, "service_unavailable", reason);
    }

    static Refusal of(BrokerException why) {
        return switch (why.code()) {
            case NOT_FOUND -> notFound(why.text());
            case ACCESS_REFUSED -> new Refusal(403, "not_authorised", why.text());
            case UNAVAILABLE -> unavailable(why.text());
            default -> badRequest(why.text());
        };
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
