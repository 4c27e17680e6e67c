package io.forebay.server.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the settings of a YAML file. It walks the nodes and not the values, because nodes know
/// their line and column.
final class YamlSource {
  private final Path file;
  private final List<Problem> problems;
  private final List<Setting> settings = new ArrayList<>();

  private YamlSource(Path file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  static List<Setting> read(Path file, List<Problem> problems) {
    YamlSource source = new YamlSource(file, problems);
    source.compose().ifPresent(root -> source.walk(Schema.ROOT, root, List.of()));
    return source.settings;
  }

  private Optional<Node> compose() {
    try {
      LoadSettings yaml = LoadSettings.builder().setLabel(file.toString()).build();
      return new Compose(yaml).composeString(Files.readString(file));
    } catch (NoSuchFileException e) {
      problem(null, "", "there is no such file", "give the path of a configuration file");
    } catch (MalformedInputException e) {
      problem(null, "", "is not UTF-8", "save the file as UTF-8");
    } catch (IOException e) {
      problem(null, "", "cannot be read (" + e.getMessage() + ")", "check the path and its rights");
    } catch (MarkedYamlEngineException e) {
      problem(e.getProblemMark().orElse(null), "", "not YAML: " + e.getProblem(), "mend the line");
    } catch (YamlEngineException e) {
      problem(null, "", "not YAML: " + e.getMessage(), "mend the file");
    }
    return Optional.empty();
  }

  private void walk(Schema schema, Node node, List<String> path) {
    switch (schema) {
      case Schema.Leaf leaf when mayBeList(leaf) && node instanceof SequenceNode list ->
          words(list, path);
      case Schema.Leaf _ -> leaf(node, path);
      case Schema.Section section -> section(section, node, path);
      case Schema.Named named -> named(named, node, path);
    }
  }

  private static boolean mayBeList(Schema.Leaf leaf) {
    return leaf.type() == Words.class || leaf.type() == ClientProperties.class;
  }

  private void leaf(Node node, List<String> path) {
    String key = Schema.dotted(path);
    if (isNothing(node)) {
      problem(mark(node), key, "has no value", "give one or remove the key");
    } else if (node instanceof ScalarNode scalar) {
      settings.add(new Setting(path, scalar.getValue(), origin(node)));
    } else {
      problem(mark(node), key, "is a " + noun(node) + " where one value is wanted", "give a value");
    }
  }

  private void words(SequenceNode list, List<String> path) {
    List<String> words = new ArrayList<>();
    for (Node each : list.getValue()) {
      if (each instanceof ScalarNode scalar && !isNothing(each)) {
        words.add(scalar.getValue());
      } else {
        problem(mark(each), Schema.dotted(path), "holds what is no word", "give a list of words");
      }
    }
    settings.add(new Setting(path, String.join(",", words), origin(list)));
  }

  private void section(Schema.Section section, Node node, List<String> path) {
    for (NodeTuple entry : entries(node, path)) {
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      List<String> below = Schema.append(path, name);
      Schema child = section.child(name);
      if (child == null) {
        problem(
            mark(entry.getKeyNode()),
            "",
            "unknown key '" + Schema.dotted(below) + "'",
            section.remedy(name));
      } else {
        walk(child, entry.getValueNode(), below);
      }
    }
  }

  private void named(Schema.Named named, Node node, List<String> path) {
    for (NodeTuple entry : entries(node, path)) {
      List<String> below = Schema.append(path, ((ScalarNode) entry.getKeyNode()).getValue());
      settings.add(new Setting(below, "", origin(entry.getKeyNode())));
      section(named.each(), entry.getValueNode(), below);
    }
  }

  /// The entries of a mapping whose keys are plain and there once. A section with nothing in it is
  /// fine: all its keys may be commented out.
  private List<NodeTuple> entries(Node node, List<String> path) {
    String key = Schema.dotted(path);
    if (!(node instanceof MappingNode mapping)) {
      if (!isNothing(node)) {
        problem(
            mark(node), key, "is a " + noun(node) + " where keys are wanted", "give key: value");
      }
      return List.of();
    }
    List<NodeTuple> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
        problem(mark(entry.getKeyNode()), key, "has a key that is no word", "give key: value");
      } else if (!seen.add(scalar.getValue())) {
        String full = Schema.dotted(Schema.append(path, scalar.getValue()));
        problem(mark(scalar), "", "duplicate key '" + full + "'", "remove one of them");
      } else {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static boolean isNothing(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  private static String noun(Node node) {
    return switch (node.getNodeType()) {
      case SEQUENCE -> "list";
      case MAPPING -> "section";
      default -> "value";
    };
  }

  private static @Nullable Mark mark(Node node) {
    return node.getStartMark().orElse(null);
  }

  private Origin origin(Node node) {
    return new Origin(place(mark(node)), false);
  }

  private void problem(@Nullable Mark mark, String key, String wrong, String remedy) {
    problems.add(new Problem(place(mark), key, wrong, remedy));
  }

  private String place(@Nullable Mark mark) {
    return mark == null
        ? file.toString()
        : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
