package io.forebay.security.acl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a JSON reader made of a claim, as values.
final class PlainValues {
  private PlainValues() {}

  /// @param place what errors call it
  static Value read(@Nullable Object given, String place) {
    return read(given, place, 0);
  }

  private static Value read(@Nullable Object given, String place, int depth) {
    if (depth > Value.MOST_DEPTH) {
      return new Value.Nothing(place);
    }
    return switch (given) {
      case String word -> new Value.Word(place, word);
      case Number number -> new Value.Word(place, number.toString());
      case Boolean flag -> new Value.Word(place, flag.toString());
      case List<?> list -> {
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
          all.add(read(list.get(i), place + "[" + i + "]", depth + 1));
        }
        yield new Value.Items(place, all);
      }
      case Map<?, ?> map -> {
        Map<Value.Word, Value> all = new LinkedHashMap<>();
        map.forEach(
            (key, value) -> {
              String below = place + "." + key;
              all.put(new Value.Word(below, String.valueOf(key)), read(value, below, depth + 1));
            });
        yield new Value.Section(place, all);
      }
      case null, default -> new Value.Nothing(place);
    };
  }
}
