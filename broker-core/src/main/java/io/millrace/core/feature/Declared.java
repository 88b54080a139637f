package io.millrace.core.feature;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.QueueSpec;

/**
 * A queue as its features see it when it is declared.
 *
 * @param virtualHost the virtual host's name, for messages
 * @param spec what is being declared
 */
public record Declared(String virtualHost, QueueSpec spec) {

    /** The refusal of an argument, in the wire's form. */
    public BrokerException invalid(String argument, String why) {
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg '" + argument + "' for queue '" + spec.name() + "' in vhost '" + virtualHost + "': "
                        + why);
    }
}
