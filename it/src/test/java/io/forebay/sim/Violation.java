package io.forebay.sim;

/// A promise of the broker that a run broke.
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  private Violation(String what) {
    super(what);
  }

  @SuppressWarnings(
      "AnnotateFormatMethod") // the annotation is Error Prone's, which runs and is not used
  public static void unless(boolean kept, String what, Object... details) {
    if (!kept) {
      throw new Violation(what.formatted(details));
    }
  }
}
