package io.forebay.mqtt.codec;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Packets as text, arrays by their content: what records with arrays lack to be compared.
final class Rendered {
  private Rendered() {}

  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case int[] ints ->
          Arrays.stream(ints)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(",", "(", ")"));
      case List<?> list ->
          list.stream().map(Rendered::of).collect(Collectors.joining(",", "(", ")"));
      case Record packet ->
          packet.getClass().getSimpleName()
              + Arrays.stream(packet.getClass().getRecordComponents())
                  .map(component -> component.getName() + "=" + of(read(packet, component)))
                  .collect(Collectors.joining(", ", "[", "]"));
      case String text -> text.isEmpty() ? "\"\"" : text;
      default -> value.toString();
    };
  }

  /// The component at a path such as `entries.0.filter`.
  static String at(Object root, String path) {
    Object value = root;
    for (String step : path.split("\\.", -1)) {
      value = value instanceof List<?> list ? list.get(Integer.parseInt(step)) : step(value, step);
    }
    return of(value);
  }

  private static @Nullable Object step(@Nullable Object value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("nothing there to have a " + name);
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      if (component.getName().equals(name)) {
        return read(value, component);
      }
    }
    throw new IllegalArgumentException(value.getClass() + " has no component " + name);
  }

  private static @Nullable Object read(Object value, RecordComponent component) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
