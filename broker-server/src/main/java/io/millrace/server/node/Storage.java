package io.millrace.server.node;

import io.millrace.core.disk.Disk;
import io.millrace.core.log.LogException;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.time.Clock;
import io.millrace.core.vhost.ScrubRate;
import java.security.SecureRandom;

/**
 * What everything that is stored needs.
 *
 * @param disk the data directory
 * @param workers threads that may block
 * @param clock the time
 * @param random not guessable
 * @param options of all logs
 * @param scrubRate how fast stored messages are checked, all virtual hosts together
 */
record Storage(
        Disk disk, Workers workers, Clock clock, SecureRandom random, LocalLogOptions options, ScrubRate scrubRate) {

    /** Opens the log in that directory. Blocking. */
    LocalLog log(String directory) throws LogException {
        return LocalLog.open(disk, directory, workers.journal(), workers.timer(), random::nextLong, options);
    }
}
