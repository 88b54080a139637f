/**
 * Definitions as JSON, in the form that users of this protocol family have in files and in their tools: import with a
 * report of everything that was done and everything that was not, and export.
 *
 * <p>Threads: an import or an export blocks its caller, which must be neither an event loop nor the owner of the system
 * log. Knows the broker's definitions and its virtual hosts, no protocol. Start at
 * {@link io.millrace.server.definitions.DefinitionsImport}.
 */
@NullMarked
package io.millrace.server.definitions;

import org.jspecify.annotations.NullMarked;
