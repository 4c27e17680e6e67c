package io.forebay.server.cli;

import io.forebay.server.logging.ControlCharacters;
import java.util.regex.Pattern;

/// Writes JSON (RFC 8259) on one line. The caller keeps names and values in order; commas, quotes
/// and escapes are taken care of here.
public final class JsonWriter {
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?");

  private final StringBuilder text = new StringBuilder();
  private boolean first = true;

  public static boolean isNumber(String value) {
    return NUMBER.matcher(value).matches();
  }

  public JsonWriter beginObject() {
    return begin('{');
  }

  public JsonWriter endObject() {
    return end('}');
  }

  public JsonWriter beginArray() {
    return begin('[');
  }

  public JsonWriter endArray() {
    return end(']');
  }

  /// The name of the value that comes next.
  public JsonWriter name(String name) {
    value(name);
    text.append(':');
    first = true;
    return this;
  }

  public JsonWriter value(String value) {
    comma();
    text.append('"');
    value.chars().forEach(c -> escape((char) c));
    text.append('"');
    return this;
  }

  public JsonWriter value(long value) {
    comma();
    text.append(value);
    return this;
  }

  public JsonWriter value(boolean value) {
    comma();
    text.append(value);
    return this;
  }

  /// Something that is JSON already: a number for which [#isNumber] holds.
  public JsonWriter literal(String json) {
    comma();
    text.append(json);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private JsonWriter begin(char bracket) {
    comma();
    text.append(bracket);
    first = true;
    return this;
  }

  private JsonWriter end(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  private void comma() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        // Also what JSON would take and a terminal would obey.
        if (ControlCharacters.dangerous(c)) {
          text.append("\\u%04x".formatted((int) c));
        } else {
          text.append(c);
        }
      }
    }
  }
}
