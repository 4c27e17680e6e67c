package io.forebay.server.cli;

import io.forebay.server.logging.ControlCharacters;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// How commands show what a node says of its queues.
final class QueueAnswer {
  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  /// The answer in words.
  interface Lines {
    List<String> of(Map<?, ?> answer);
  }

  void print(String answer, Lines lines, PrintWriter out) {
    if (json) {
      out.println(answer);
    } else {
      lines
          .of(JsonReader.object(answer))
          .forEach(each -> out.println(ControlCharacters.escape(each)));
    }
    out.flush();
  }

  /// The objects of a list in the answer.
  static List<? extends Map<?, ?>> objects(Map<?, ?> answer, String name) {
    return answer.get(name) instanceof List<?> list
        ? list.stream().filter(Map.class::isInstance).map(each -> (Map<?, ?>) each).toList()
        : List.of();
  }
}
