package io.forebay.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `forebay queue list`.
@Command(
    name = "list",
    sortOptions = false,
    description = {
      "List queues and how they do.",
      "PENDING nobody has acknowledged, OUT of these are dealt out; a '+' says that there are more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay queue list",
      "  forebay queue list --json | jq '.queues[] | select(.pending > 0)'",
      "",
      "Exit code: 0 shown, 1 not connected or refused, 2 wrong arguments."
    })
public final class QueueListCommand implements Callable<Integer> {
  private static final String FORM = "%-24s %9s %7s %9s %11s %6s  %s";

  @Mixin private QueueAnswer shown = new QueueAnswer();
  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    JsonWriter request = new JsonWriter().beginObject().endObject();
    return QueueRequest.run(
        connect,
        "list",
        request,
        answer -> shown.print(answer, QueueListCommand::lines, connect.out()));
  }

  private static List<String> lines(Map<?, ?> answer) {
    List<String> lines = new ArrayList<>();
    lines.add(
        FORM.formatted("NAME", "PENDING", "OUT", "CONSUMERS", "REDELIVERED", "DEAD", "FILTERS"));
    for (Map<?, ?> queue : QueueAnswer.objects(answer, "queues")) {
      lines.add(line(queue));
    }
    return lines;
  }

  private static String line(Map<?, ?> queue) {
    if (queue.get("damage") != null) {
      return "%-24s cannot be read: %s".formatted(queue.get("name"), queue.get("damage"));
    }
    String more = queue.get("more") == null ? "" : "+";
    String filters =
        queue.get("filters") instanceof List<?> list
            ? String.join(" ", list.stream().map(String::valueOf).toList())
            : "";
    return FORM.formatted(
        queue.get("name"),
        queue.get("pending") + more,
        queue.get("outstanding"),
        queue.get("members"),
        queue.get("redelivered"),
        queue.get("deadLettered"),
        filters);
  }
}
