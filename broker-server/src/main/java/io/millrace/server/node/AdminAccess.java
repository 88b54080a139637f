package io.millrace.server.node;

import java.net.URI;

/**
 * The way to the management interface.
 *
 * @param address where it is served
 * @param token lets the operator in; a secret
 */
public record AdminAccess(URI address, String token) {
    /** Without the token: it may be printed. */
    @Override
    public String toString() {
        return "AdminAccess[address=" + address + "]";
    }
}
