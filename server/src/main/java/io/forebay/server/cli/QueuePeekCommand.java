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
import picocli.CommandLine.Parameters;

/// `forebay queue peek`.
@Command(
    name = "peek",
    sortOptions = false,
    description = "Show the first messages of a queue that nobody has acknowledged; takes none.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay queue peek orders",
      "  forebay queue peek orders -n 100 --json | jq '.messages[].payload'",
      "",
      "Exit code: 0 shown, 1 not connected or refused, 2 wrong arguments."
    })
public final class QueuePeekCommand implements Callable<Integer> {
  private static final int MOST = 100;

  @Parameters(paramLabel = "NAME", description = "The queue.")
  private String name = "";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many, 1 to 100 (default: ${DEFAULT-VALUE}).")
  private int count = 10;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    if (count < 1 || count > MOST) {
      throw connect.wrong("--count must be between 1 and " + MOST + ", not " + count);
    }
    JsonWriter request = new JsonWriter().beginObject().name("name").value(name);
    request.name("count").value(count).endObject();
    try {
      String answer = QueueRequest.ask(connect, "peek", request);
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
    if (!(answer.get("messages") instanceof List<?> messages)) {
      return;
    }
    for (Object each : messages) {
      if (each instanceof Map<?, ?> message) {
        Object text = message.get("payload");
        String payload = text != null ? text.toString() : "base64:" + message.get("payloadBase64");
        Object times = message.get("redeliveries");
        String again = times instanceof Integer n && n > 0 ? " (redelivered " + n + ")" : "";
        out.println(ControlCharacters.escape(message.get("topic") + " " + payload + again));
      }
    }
  }
}
