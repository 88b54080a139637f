/**
 * Dead letters: what happens to a message that cannot be delivered, how often it is tried again, where the dead
 * can be searched, and how they are sent on their way once more.
 *
 * <p>It will hold the retry policies, the history that a dead letter carries, the catalogue of the dead (a
 * projection that can be deleted and rebuilt from the log) and the redrive. Nothing is built yet.
 *
 * <p>Threading: decisions run on the thread of the virtual host that asks; the catalogue has a thread of its own.
 * This package knows neither protocols nor HTTP nor the server.
 */
@NullMarked
package io.millrace.deadletter;

import org.jspecify.annotations.NullMarked;
