package io.forebay.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `forebay queue delete`.
@Command(
    name = "delete",
    sortOptions = false,
    description = "Delete a queue and how far it was; the messages stay in the log.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay queue delete orders",
      "",
      "Exit code: 0 deleted, 1 not connected or refused, 2 wrong arguments."
    })
public final class QueueDeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The queue.")
  private String name = "";

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    JsonWriter request = new JsonWriter().beginObject().name("name").value(name).endObject();
    return QueueRequest.run(connect, "delete", request, answer -> {});
  }
}
