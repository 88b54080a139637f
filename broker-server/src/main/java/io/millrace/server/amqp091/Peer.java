package io.millrace.server.amqp091;

/**
 * Where a client comes from.
 *
 * @param description its address and ours, for people
 * @param loopback whether it is on this machine
 * @param identity what else the transport knows of it
 */
public record Peer(String description, boolean loopback, PeerIdentity identity) {}
