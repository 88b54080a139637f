package io.millrace.config;

/**
 * One thing that is wrong with the configuration, complete enough to be put right without a look at the manual.
 *
 * @param origin where it stands
 * @param text   what stands there, what is allowed, what may have been meant; on one line and without secrets
 */
public record Problem(Origin origin, String text) {
    @Override
    public String toString() {
        return origin + ": " + text;
    }
}
