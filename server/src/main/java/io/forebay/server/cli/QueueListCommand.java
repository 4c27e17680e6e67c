package io.forebay.server.cli;

import io.forebay.server.client.ClientException;
import io.forebay.server.logging.ControlCharacters;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    try {
      String answer = QueueRequest.ask(connect, "list", new JsonWriter().beginObject().endObject());
      if (json) {
        connect.out().println(answer);
      } else {
        print(JsonReader.object(answer), connect.out());
      }
      connect.out().flush();
      return 0;
    } catch (ClientException e) {
      connect.complain(e.getMessage());
      return 1;
    }
  }

  private static void print(Map<?, ?> answer, PrintWriter out) {
    out.println(
        FORM.formatted("NAME", "PENDING", "OUT", "CONSUMERS", "REDELIVERED", "DEAD", "FILTERS"));
    if (!(answer.get("queues") instanceof List<?> queues)) {
      return;
    }
    for (Object each : queues) {
      if (each instanceof Map<?, ?> queue) {
        out.println(ControlCharacters.escape(line(queue)));
      }
    }
  }

  private static String line(Map<?, ?> queue) {
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
