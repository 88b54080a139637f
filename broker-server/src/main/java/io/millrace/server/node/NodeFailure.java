package io.millrace.server.node;

/**
 * Why a node cannot go on.
 *
 * @param storage whether the disk is to blame; otherwise it is a defect
 * @param text what, where, and what to do
 * @param cause what was thrown
 */
public record NodeFailure(boolean storage, String text, Throwable cause) {}
