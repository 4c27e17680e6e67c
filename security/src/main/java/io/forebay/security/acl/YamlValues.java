package io.forebay.security.acl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// YAML as values. It walks the nodes, because nodes know their line and column.
final class YamlValues {
  private final String label;
  private final Problems problems;

  private YamlValues(String label, Problems problems) {
    this.label = label;
    this.problems = problems;
  }

  /// @param label what errors call the text: the file
  static Value read(String text, String label, Problems problems) {
    YamlValues values = new YamlValues(label, problems);
    return values.compose(text).map(root -> values.value(root, 0)).orElse(new Value.Nothing(label));
  }

  private Optional<Node> compose(String text) {
    try {
      return new Compose(LoadSettings.builder().setLabel(label).build()).composeString(text);
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().orElse(null);
      problems.add(
          mark == null ? label : place(mark), "not YAML: " + e.getProblem(), "mend the line");
    } catch (YamlEngineException e) {
      problems.add(label, "not YAML: " + e.getMessage(), "mend the file");
    } catch (StackOverflowError e) {
      problems.add(label, "is nested deeper than rules ever are", "mend the file");
    }
    problems.check();
    return Optional.empty();
  }

  private Value value(Node node, int depth) {
    String place = node.getStartMark().map(this::place).orElse(label);
    if (depth > Value.MOST_DEPTH) {
      return new Value.Nothing(place);
    }
    return switch (node) {
      case ScalarNode scalar when !scalar.getTag().equals(Tag.NULL) ->
          new Value.Word(place, scalar.getValue());
      case SequenceNode sequence -> {
        List<Value> all = new ArrayList<>();
        sequence.getValue().forEach(each -> all.add(value(each, depth + 1)));
        yield new Value.Items(place, all);
      }
      case MappingNode mapping -> section(mapping, place, depth);
      default -> new Value.Nothing(place);
    };
  }

  private Value section(MappingNode mapping, String place, int depth) {
    Map<Value.Word, Value> all = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (value(entry.getKeyNode(), depth + 1) instanceof Value.Word key) {
        all.put(key, value(entry.getValueNode(), depth + 1));
      } else {
        problems.add(place, "has a key that is no word", "give key: value");
      }
    }
    return new Value.Section(place, all);
  }

  private String place(Mark mark) {
    return label + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
