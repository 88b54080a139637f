package io.millrace.server.demo;

/**
 * One event to publish.
 *
 * @param number counted from 1 in the order of the source
 * @param key the routing key
 * @param body the body, JSON in UTF-8; not to be changed
 */
record DemoEvent(int number, String key, byte[] body) {}
