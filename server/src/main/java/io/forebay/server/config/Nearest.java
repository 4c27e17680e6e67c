package io.forebay.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the word that somebody probably meant.
final class Nearest {
  private Nearest() {}

  /// The candidate with the fewest typing errors in between, if they are few enough for a typo.
  static Optional<String> to(String typed, Collection<String> candidates) {
    int tolerated = Math.clamp(typed.length() / 3, 1, 4);
    return candidates.stream()
        .filter(candidate -> distance(typed, candidate) <= tolerated)
        .min(Comparator.comparingInt(candidate -> distance(typed, candidate)));
  }

  /// What to tell somebody who typed an unknown word.
  static String remedy(String typed, Collection<String> candidates) {
    return to(typed, candidates)
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElseGet(() -> valid(candidates));
  }

  static String valid(Collection<String> candidates) {
    return "valid here: " + String.join(", ", candidates);
  }

  /// Inserted, removed, replaced and swapped characters (optimal string alignment).
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(String a, String b, int i, int j, int[][] cost) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
