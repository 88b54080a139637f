/** Tests of import and export. */
@NullMarked
package io.millrace.server.definitions;

import org.jspecify.annotations.NullMarked;
