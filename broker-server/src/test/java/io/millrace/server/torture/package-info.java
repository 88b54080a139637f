/**
 * The broker as a process of its own, under load and under real faults: killed, without power, without room, with a disk
 * that fails or is slow, with a clock that jumps. What clients saw goes into a {@link History}, and checks hold it against
 * what the broker promises. Begin with {@link Load}, {@link Checks} and {@link Rounds}.
 */
@NullMarked
package io.millrace.server.torture;

import org.jspecify.annotations.NullMarked;
