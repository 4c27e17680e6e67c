package io.forebay.server.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What may be configured: the tree of keys, read off the records. The sources check their keys
/// against it, the binder makes values by it, the printer takes the docs from it.
sealed interface Schema {
  /// Records that are one value to the user. Before [#ROOT], which needs it.
  Set<Class<?>> VALUES = Set.of(Words.class, Rate.class);

  Section ROOT = section("", Config.class, Set.of());

  /// A property of Kafka's clients.
  Leaf PROPERTY = new Leaf("", ClientProperties.class, false);

  String doc();

  /// A record with fixed keys, in the order of its components.
  ///
  /// @param properties whether it also takes properties of Kafka's clients
  record Section(
      String doc, Class<? extends Record> type, Map<String, Schema> children, boolean properties)
      implements Schema {

    /// What this key is; null if there is none.
    @Nullable Schema child(String name) {
      Schema own = children.get(name);
      return own == null && properties && ClientKeys.accepted(name, children.keySet())
          ? PROPERTY
          : own;
    }

    /// What to tell somebody who typed an unknown key.
    String remedy(String typed) {
      if (!properties) {
        return Nearest.remedy(typed, children.keySet());
      }
      Set<String> all = new TreeSet<>(children.keySet());
      all.addAll(ClientKeys.names());
      return Nearest.to(typed, all)
          .map(nearest -> "did you mean '" + nearest + "'?")
          .orElseGet(() -> Nearest.valid(children.keySet()) + ", properties of Kafka's clients");
    }
  }

  /// Any number of records of one type, under names that the user chooses.
  record Named(String doc, Section each) implements Schema {}

  /// A key with a value.
  ///
  /// @param size a number of bytes, which the user may write with a unit
  record Leaf(String doc, Class<?> type, boolean size) implements Schema {}

  /// The key of a record component: `retainFor` is `retain-for`, `packetSizeBytes` is
  /// `packet-size`.
  static String key(RecordComponent component) {
    String name = component.getName();
    String bare = isSize(component) ? name.substring(0, name.length() - "Bytes".length()) : name;
    return bare.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /// A path as the user writes it.
  static String dotted(List<String> path) {
    return String.join(".", path);
  }

  static List<String> append(List<String> path, String name) {
    return Stream.concat(path.stream(), Stream.of(name)).toList();
  }

  private static Section section(String doc, Class<? extends Record> type, Set<String> without) {
    Map<String, Schema> children = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!without.contains(key(component)) && !isProperties(component)) {
        children.put(key(component), child(component));
      }
    }
    boolean properties = Arrays.stream(type.getRecordComponents()).anyMatch(Schema::isProperties);
    return new Section(doc, type, children, properties);
  }

  private static Schema child(RecordComponent component) {
    Doc doc = component.getAnnotation(Doc.class);
    if (doc == null) {
      throw new AssertionError(component + " has no @Doc");
    }
    if (component.getGenericType() instanceof ParameterizedType map) {
      Class<?> each = (Class<?>) map.getActualTypeArguments()[1];
      return new Named(doc.value(), section("", each.asSubclass(Record.class), Set.of()));
    }
    if (component.getType().isRecord() && !VALUES.contains(component.getType())) {
      Class<? extends Record> type = component.getType().asSubclass(Record.class);
      return section(doc.value(), type, Set.of(doc.without()));
    }
    return new Leaf(doc.value(), component.getType(), isSize(component));
  }

  static boolean isProperties(RecordComponent component) {
    return component.getType() == ClientProperties.class;
  }

  private static boolean isSize(RecordComponent component) {
    return component.getName().endsWith("Bytes");
  }
}
