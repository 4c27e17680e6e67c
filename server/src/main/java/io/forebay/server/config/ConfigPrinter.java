package io.forebay.server.config;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a configuration as the YAML that [YamlSource] reads back as the same.
final class ConfigPrinter {
  private static final int COLUMNS = 100;

  private final Map<List<String>, Setting> settings;
  private final StringBuilder out = new StringBuilder();

  ConfigPrinter(Map<List<String>, Setting> settings) {
    this.settings = settings;
  }

  String print(Config config) {
    section(Schema.ROOT, config, List.of());
    return out.toString();
  }

  private void section(Schema.Section section, Record record, List<String> path) {
    for (RecordComponent component : section.type().getRecordComponents()) {
      Schema child = section.children().get(Schema.key(component));
      if (child != null) {
        doc(child.doc(), path.size());
        child(child, Binder.valueOf(component, record), Schema.append(path, Schema.key(component)));
      } else if (Binder.valueOf(component, record) instanceof ClientProperties properties) {
        Doc doc = component.getAnnotation(Doc.class);
        doc(doc == null ? "" : doc.value(), path.size());
        properties.all().forEach((name, value) -> property(name, value, path));
      }
    }
  }

  private void child(Schema schema, @Nullable Object value, List<String> path) {
    switch (schema) {
      case Schema.Leaf leaf -> leaf(leaf, value, path);
      case Schema.Section section when value instanceof Record record -> {
        heading(path);
        section(section, record, path);
      }
      case Schema.Named named when value instanceof Map<?, ?> records -> {
        heading(path);
        records.forEach(
            (name, record) -> {
              List<String> below = Schema.append(path, (String) name);
              heading(below);
              section(named.each(), (Record) record, below);
            });
      }
      default -> throw new AssertionError(path + " cannot be printed");
    }
  }

  private void heading(List<String> path) {
    out.append(indent(path.size() - 1)).append(quoted(path.getLast())).append(":\n");
  }

  private void leaf(Schema.Leaf leaf, @Nullable Object value, List<String> path) {
    out.append(indent(path.size() - 1));
    if (value == null) {
      out.append("# ").append(path.getLast()).append(": none");
    } else {
      out.append(path.getLast()).append(": ").append(quoted(Values.format(leaf, value)));
    }
    origin(path);
  }

  /// Secrets stay hidden; the file cannot be used before they are filled in.
  private void property(String name, String value, List<String> path) {
    String shown = ClientProperties.shown(name, value);
    out.append(indent(path.size())).append(quoted(name)).append(": ").append(quoted(shown));
    origin(Schema.append(path, name));
  }

  private void origin(List<String> path) {
    Setting setting = settings.get(path);
    String origin = setting == null ? "default" : setting.origin().where();
    out.append("  # ").append(origin.replaceAll("\\p{Cntrl}|\\R", " ")).append('\n');
  }

  private void doc(String text, int depth) {
    String start = indent(depth) + "# ";
    StringBuilder line = new StringBuilder(start);
    for (String word : text.split(" ")) {
      if (line.length() + word.length() > COLUMNS) {
        out.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(start);
      }
      line.append(word).append(' ');
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static String quoted(String text) {
    boolean plain = text.matches("[A-Za-z0-9_./][A-Za-z0-9_./-]*") && !text.matches("(?i)null");
    return plain ? text : '"' + escaped(text) + '"';
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ' || c == 0x7F || (c >= 0x80 && c < 0xA0)) {
        escaped.append(String.format("\\x%02x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String indent(int depth) {
    return "  ".repeat(depth);
  }
}
