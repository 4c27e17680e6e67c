package io.forebay.server.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes the records out of settings, with the values of another record wherever nothing is set.
final class Binder {
  private final Map<List<String>, Setting> settings;
  private final List<Problem> problems;

  Binder(Map<List<String>, Setting> settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /// The record of a section. If anything in it is wrong, it says so in `problems` and returns the
  /// defaults, so that the other sections can still be looked at.
  Record section(Schema.Section section, Record defaults, List<String> path) {
    int before = problems.size();
    RecordComponent[] components = section.type().getRecordComponents();
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(section, components[i], defaults, path);
    }
    return problems.size() > before ? defaults : construct(section.type(), values, defaults, path);
  }

  private @Nullable Object component(
      Schema.Section section, RecordComponent component, Record defaults, List<String> path) {
    String key = Schema.key(component);
    if (Schema.isProperties(component)) {
      return properties(section, path);
    }
    @Nullable Object standard = valueOf(component, defaults);
    List<String> below = Schema.append(path, key);
    return switch (section.children().get(key)) {
      case Schema.Section child when standard != null -> section(child, (Record) standard, below);
      case Schema.Named child -> named(child, below);
      case Schema.Leaf leaf -> leaf(leaf, standard, settings.get(below));
      case null, default -> standard;
    };
  }

  private @Nullable Object leaf(
      Schema.Leaf leaf, @Nullable Object standard, @Nullable Setting setting) {
    if (setting == null) {
      return standard;
    }
    try {
      return Values.parse(leaf, setting.text());
    } catch (ConfigException e) {
      e.problems().forEach(p -> problems.add(setting.problem(p.wrong(), p.remedy())));
      return standard;
    }
  }

  /// All that stands in the section and is none of its own keys.
  private ClientProperties properties(Schema.Section section, List<String> path) {
    Map<String, String> properties = new TreeMap<>();
    int depth = path.size();
    settings.forEach(
        (key, setting) -> {
          if (key.size() == depth + 1
              && key.subList(0, depth).equals(path)
              && !section.children().containsKey(key.getLast())) {
            properties.put(key.getLast(), setting.text());
          }
        });
    try {
      return new ClientProperties(properties);
    } catch (ConfigException e) {
      e.problems().forEach(p -> problems.add(located(p, path)));
      return ClientProperties.NONE;
    }
  }

  private Map<String, Record> named(Schema.Named named, List<String> path) {
    Map<String, Record> records = new TreeMap<>();
    for (Setting setting : settings.values()) {
      int depth = path.size();
      if (setting.path().size() > depth && setting.path().subList(0, depth).equals(path)) {
        String name = setting.path().get(depth);
        Record defaults = defaults(named.each().type());
        records.computeIfAbsent(
            name, _ -> section(named.each(), defaults, Schema.append(path, name)));
      }
    }
    return records;
  }

  private Record construct(
      Class<? extends Record> type, @Nullable Object[] values, Record defaults, List<String> path) {
    try {
      return canonical(type).newInstance(values);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof ConfigException wrong)) {
        throw new LinkageError(type + " cannot be made", e);
      }
      wrong.problems().forEach(p -> problems.add(located(p, path)));
      return defaults;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " cannot be made", e);
    }
  }

  /// The constructor knew the key; here we know who set it. A key that is missing is looked for
  /// where its section is.
  private Problem located(Problem problem, List<String> path) {
    String key = Schema.dotted(Schema.append(path, problem.key()));
    for (Setting setting : settings.values()) {
      if (setting.key().equals(key)) {
        return setting.problem(problem.wrong(), problem.remedy());
      }
    }
    String section = key.substring(0, Math.max(0, key.lastIndexOf('.')));
    return settings.values().stream()
        .filter(setting -> setting.under(section))
        .findFirst()
        .map(
            setting ->
                new Problem(setting.origin().where(), key, problem.wrong(), problem.remedy()))
        .orElseGet(() -> new Problem("", key, problem.wrong(), problem.remedy()));
  }

  private static Record defaults(Class<? extends Record> type) {
    try {
      return type.cast(type.getMethod("defaults").invoke(null));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " has no defaults()", e);
    }
  }

  private static Constructor<? extends Record> canonical(Class<? extends Record> type)
      throws NoSuchMethodException {
    return type.getDeclaredConstructor(
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new));
  }

  static @Nullable Object valueOf(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component + " cannot be read", e);
    }
  }
}
