@NullMarked
package io.millrace.server.transport;

import org.jspecify.annotations.NullMarked;
