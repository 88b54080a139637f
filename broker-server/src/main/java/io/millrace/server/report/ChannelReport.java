package io.millrace.server.report;

/**
 * A channel, or a session, at one moment.
 *
 * @param connection the name of its connection
 * @param number its number there
 * @param user who is logged in
 * @param virtualHost where
 * @param consumers its consumers
 * @param unacknowledged deliveries that wait for their settlement
 * @param unconfirmed publishes that wait for their confirm
 * @param prefetch most unsettled deliveries of each consumer that is made from now on; 0 = no limit
 * @param globalPrefetch most unsettled deliveries of all its consumers together; 0 = no limit
 * @param confirming whether publishes are confirmed
 * @param transactional whether it works in transactions
 */
public record ChannelReport(
        String connection,
        int number,
        String user,
        String virtualHost,
        int consumers,
        int unacknowledged,
        long unconfirmed,
        int prefetch,
        int globalPrefetch,
        boolean confirming,
        boolean transactional) {}
