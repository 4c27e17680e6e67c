package io.forebay.server.cli;

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

  @Mixin private QueueAnswer shown = new QueueAnswer();
  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    if (count < 1 || count > MOST) {
      throw connect.wrong("--count must be between 1 and " + MOST + ", not " + count);
    }
    JsonWriter request = new JsonWriter().beginObject().name("name").value(name);
    request.name("count").value(count).endObject();
    return QueueRequest.run(
        connect,
        "peek",
        request,
        answer -> shown.print(answer, QueuePeekCommand::lines, connect.out()));
  }

  private static List<String> lines(Map<?, ?> answer) {
    return QueueAnswer.objects(answer, "messages").stream().map(QueuePeekCommand::line).toList();
  }

  private static String line(Map<?, ?> message) {
    Object text = message.get("payload");
    String payload = text != null ? text.toString() : "base64:" + message.get("payloadBase64");
    Object times = message.get("redeliveries");
    String again = times instanceof Integer n && n > 0 ? " (redelivered " + n + ")" : "";
    return message.get("topic") + " " + payload + again;
  }
}
