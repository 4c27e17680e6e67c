package io.forebay.server.cli;

import io.forebay.core.message.Position;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/// Where a replay begins, as `sub --from` takes it and the broker reads it in a filter:
/// `$replay/<from>/<filter>`.
record Replay(String from) {

  /// @throws IllegalArgumentException if `from` is none of the four forms
  Replay {
    if (!from.equals("earliest") && !isDuration(from) && !isInstant(from) && !isPosition(from)) {
      throw new IllegalArgumentException(
          "--from must be 'earliest', a duration (1h), an instant (2026-01-31T12:00:00Z) or a"
              + " position (default/0/1/4711), not '"
              + from
              + "'");
    }
  }

  String filter(String filter) {
    return "$replay/" + from + "/" + filter;
  }

  private static boolean isDuration(String text) {
    try {
      DurationConverter.parse(text);
      return !Character.isDigit(text.charAt(text.length() - 1));
    } catch (TypeConversionException _) {
      return false;
    }
  }

  private static boolean isInstant(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  private static boolean isPosition(String text) {
    try {
      Position.parse(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
