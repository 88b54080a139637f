/**
 * The values that the core speaks of: names, specifications, arguments, messages, outcomes and errors.
 *
 * <p>All types are immutable and may be used by any thread. They know neither the state machine nor a protocol.
 * Read {@link io.millrace.core.model.MessageRecord} first: it is the form in which a message lives everywhere.
 */
@NullMarked
package io.millrace.core.model;

import org.jspecify.annotations.NullMarked;
