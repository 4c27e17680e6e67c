package io.forebay.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The checks of the records' constructors.
final class Check {
  private Check() {}

  static void that(boolean holds, String key, String wrong, String remedy) {
    if (!holds) {
      throw new ConfigException(key, wrong, remedy);
    }
  }

  static void range(String key, int value, int min, int max) {
    if (value < min || value > max) {
      String bounds = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
      throw new ConfigException(key, value + " is out of range", "use " + bounds);
    }
  }

  static void size(String key, long bytes, long min, long max) {
    if (bytes < min || bytes > max) {
      throw new ConfigException(
          key,
          ByteSizes.format(bytes) + " is out of range",
          "use " + ByteSizes.format(min) + " to " + ByteSizes.format(max));
    }
  }

  static void range(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new ConfigException(
          key,
          Durations.format(value) + " is out of range",
          "use " + Durations.format(min) + " to " + Durations.format(max));
    }
  }

  static void readable(String key, @Nullable Path file) {
    that(
        file == null || (Files.isRegularFile(file) && Files.isReadable(file)),
        key,
        file + " is not a file that can be read",
        "give the path of a file; a relative path starts at the working directory");
  }

  /// Without a user or a password in it: they would stand in every message that names it.
  static void url(String key, @Nullable String url) {
    that(
        url == null || isUrl(url),
        key,
        "is not the URL of an HTTP server",
        "use one like https://login.example.com/mqtt, without user:password@ and #");
  }

  private static boolean isUrl(String text) {
    try {
      URI url = new URI(text);
      boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      return http
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  static void wholeSeconds(String key, Duration value) {
    that(
        value.toMillis() % 1000 == 0,
        key,
        Durations.format(value) + " is not a whole number of seconds, and MQTT has no others",
        "use whole seconds");
  }
}
