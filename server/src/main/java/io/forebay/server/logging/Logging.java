package io.forebay.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The levels of the log.
public final class Logging {
  private static final Set<String> LEVELS =
      Set.of("trace", "debug", "info", "warn", "error", "off");

  private Logging() {}

  /// Sets the levels.
  ///
  /// @param levels such as `debug` or `io.forebay.mqtt=debug,warn`; null: only the standard
  /// @param standard of everything that `levels` does not name
  /// @throws IllegalArgumentException if `levels` is none; the message is for the user
  public static void start(@Nullable String levels, org.slf4j.event.Level standard) {
    Map<String, String> byLogger = parse(levels == null ? "" : levels);
    byLogger.putIfAbsent(org.slf4j.Logger.ROOT_LOGGER_NAME, standard.toString());
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    byLogger.forEach((logger, level) -> context.getLogger(logger).setLevel(Level.toLevel(level)));
  }

  /// Logger to level, in the order of the text.
  static Map<String, String> parse(String levels) {
    Map<String, String> byLogger = new LinkedHashMap<>();
    for (String part : levels.split(",")) {
      int equals = part.indexOf('=');
      String logger =
          equals < 0 ? org.slf4j.Logger.ROOT_LOGGER_NAME : part.substring(0, equals).strip();
      String level = part.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
      if (!part.isBlank()) {
        check(level);
        byLogger.put(logger, level);
      }
    }
    return byLogger;
  }

  private static void check(String level) {
    if (!LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "environment FOREBAY_LOG: '"
              + level
              + "' is not a level; use trace, debug, info, warn, error or off, for one logger"
              + " logger=level, several separated by commas");
    }
  }
}
