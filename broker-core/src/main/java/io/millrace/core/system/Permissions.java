package io.millrace.core.system;

/**
 * What a user may do in one virtual host: for each kind of access a regular expression that a resource's name has to
 * contain a match of. An empty expression allows nothing.
 *
 * @param configure to create and delete
 * @param write to put messages in
 * @param read to take messages out
 */
public record Permissions(String configure, String write, String read) {

    /** Everything. */
    public static final Permissions ALL = new Permissions(".*", ".*", ".*");
}
