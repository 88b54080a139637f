package io.millrace.core.policy;

import io.millrace.core.model.Arguments;

/**
 * Settings for all objects of a virtual host whose names contain a match of a pattern. Whether it is a user's or an
 * operator's says the place where it is kept.
 *
 * @param name 1..255 bytes of UTF-8, unique among the policies of its kind in the virtual host
 * @param pattern a regular expression; the empty one matches everything
 * @param applyTo which objects
 * @param priority of all policies that match an object the one with the highest holds
 * @param definition its settings, such as {@code max-length}; not empty
 */
public record Policy(String name, String pattern, ApplyTo applyTo, int priority, Arguments definition) {}
