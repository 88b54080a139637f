package io.millrace.core.vhost;

/**
 * Messages of a queue, one behind the other, whose stored bytes are not those that were written.
 *
 * @param first lowest sequence
 * @param last highest sequence
 */
public record Damage(long first, long last) {}
