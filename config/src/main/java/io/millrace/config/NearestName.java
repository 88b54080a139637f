package io.millrace.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds what somebody may have meant by a name that does not exist. */
public final class NearestName {
    // A longer name is not worth comparing, it is no typing error.
    private static final int LENGTH_MAX = 100;

    private NearestName() {}

    /** A sentence about the nearest of {@code known}, which must not be empty. */
    public static String hint(String name, Collection<String> known) {
        String shortened = name.substring(0, Math.min(name.length(), LENGTH_MAX));
        String nearest = known.stream()
                .min(Comparator.comparingInt((String candidate) -> distance(shortened, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        return distance(shortened, nearest) <= Math.max(2, nearest.length() / 3)
                ? "did you mean " + nearest + "?"
                : "the nearest known one is " + nearest;
    }

    /** Letters to insert, remove, replace or swap with their neighbour to make one name of the other. */
    static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, a, b, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int step(int[][] rows, String a, String b, int i, int j) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(rows[i - 1][j - 1] + cost, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
