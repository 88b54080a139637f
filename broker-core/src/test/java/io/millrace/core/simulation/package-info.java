/**
 * Deterministic simulation of a virtual host: one thread, one seed, a simulated disk and clock, a model that follows the log
 * and judges every decision in it. Begin with {@code Simulation}.
 */
@NullMarked
package io.millrace.core.simulation;

import org.jspecify.annotations.NullMarked;
