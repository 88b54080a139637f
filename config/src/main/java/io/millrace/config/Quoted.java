package io.millrace.config;

/** Foreign text made safe for a message: on one line, in quotes, not longer than a line. */
final class Quoted {
    private static final int LENGTH_MAX = 120;

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder("'");
        int end = Math.min(text.length(), LENGTH_MAX);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == '\u2028'
                    || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(end < text.length() ? "…'" : "'").toString();
    }
}
