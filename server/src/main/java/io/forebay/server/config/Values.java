package io.forebay.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Text to value and back, by the type of the record component.
final class Values {
  private Values() {}

  /// Reads a value.
  ///
  /// @throws ConfigException if the text is none; its key is empty
  static Object parse(Schema.Leaf leaf, String text) {
    Class<?> type = leaf.type();
    try {
      if (type == String.class) {
        return text;
      }
      if (type == boolean.class) {
        return flag(text);
      }
      if (type == Duration.class) {
        return Durations.parse(text);
      }
      if (type == Path.class) {
        return path(text);
      }
      if (type == Rate.class) {
        return Rate.parse(text, leaf.size());
      }
      if (type == Words.class) {
        return Words.parse(text);
      }
      if (type.isEnum()) {
        return word(type, text);
      }
      return number(leaf, leaf.size() ? ByteSizes.parse(text) : wholeNumber(text));
    } catch (IllegalArgumentException e) {
      String remedy = String.valueOf(e.getMessage());
      throw new ConfigException("", "'" + text + "' is not " + noun(leaf), remedy);
    }
  }

  /// Writes a value so that [#parse] reads the same.
  static String format(Schema.Leaf leaf, Object value) {
    if (value instanceof Duration duration) {
      return Durations.format(duration);
    }
    if (value instanceof Rate rate) {
      return rate.format(leaf.size());
    }
    return leaf.size() ? ByteSizes.format(((Number) value).longValue()) : value.toString();
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("use true or false");
    };
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("give a path or remove the key");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("give a path without such characters", e);
    }
  }

  private static Object word(Class<?> type, String text) {
    Object[] words = type.getEnumConstants();
    return Arrays.stream(words)
        .filter(word -> word.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("use " + oneOf(words)));
  }

  private static String oneOf(Object[] words) {
    return Arrays.stream(words).map(Object::toString).collect(Collectors.joining(" or "));
  }

  private static long wholeNumber(String text) {
    if (!text.matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException("use digits only");
    }
    return Long.parseLong(text);
  }

  private static Object number(Schema.Leaf leaf, long number) {
    if (leaf.type() == long.class) {
      return number;
    }
    if (number != (int) number) {
      throw new IllegalArgumentException("use a smaller one");
    }
    return (int) number;
  }

  private static String noun(Schema.Leaf leaf) {
    Class<?> type = leaf.type();
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration";
    }
    if (type == Rate.class) {
      return "a rate";
    }
    if (type == Path.class) {
      return "a path";
    }
    if (type.isEnum()) {
      return "a known word";
    }
    return leaf.size() ? "a size" : "a whole number in range";
  }
}
