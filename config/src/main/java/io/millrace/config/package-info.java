/**
 * The broker's configuration: every key with its type, unit, default, range and meaning, and the immutable
 * records that the keys end up in.
 *
 * <p>Values come from a YAML file, from environment variables over it and from flags of the command line over
 * both. All problems are reported together, each with the place that it stands at.
 *
 * <p>Threading: plain values, read once at start. This package knows no other module. Start reading at
 * {@link io.millrace.config.Keys}.
 */
@NullMarked
package io.millrace.config;

import org.jspecify.annotations.NullMarked;
