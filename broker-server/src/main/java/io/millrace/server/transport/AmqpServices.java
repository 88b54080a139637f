package io.millrace.server.transport;

import io.millrace.server.amqp091.Settings091;
import io.millrace.server.auth.Logins;
import java.util.random.RandomGenerator;

/**
 * What all connections of a listener share.
 *
 * @param settings what the protocol offers and where its bounds are
 * @param logins checks who a client is
 * @param hosts finds virtual hosts
 * @param random not guessable, for any thread
 * @param limits how many connections there may be
 * @param passwordsOverTlsOnly whether passwords are refused where nothing is encrypted
 */
public record AmqpServices(
        Settings091 settings,
        Logins logins,
        HostDirectory hosts,
        RandomGenerator random,
        ConnectionLimits limits,
        boolean passwordsOverTlsOnly) {}
