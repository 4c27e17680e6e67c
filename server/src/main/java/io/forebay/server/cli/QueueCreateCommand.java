package io.forebay.server.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `forebay queue create`.
@Command(
    name = "create",
    sortOptions = false,
    description = "Declare a queue; it gets what is published from now on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay queue create orders --filter 'orders/#'",
      "  forebay queue create jobs --filter jobs/+ --max-redeliveries 5 --dead-letter failed/jobs",
      "  forebay queue create alarms --filter 'alarms/#' --ttl 1h --exclusive",
      "  forebay queue create carts --filter 'carts/#' --order-by property:customer",
      "",
      "Exit code: 0 made, 1 not connected or refused, 2 wrong arguments."
    })
public final class QueueCreateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "Letters, digits, '-', '_' and '.'; clients subscribe to $queue/NAME.")
  private String name = "";

  @Option(
      names = {"-f", "--filter"},
      required = true,
      paramLabel = "FILTER",
      description = "Which topics it gets; may be given several times.")
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--max-redeliveries",
      paramLabel = "N",
      description = "Give a message up that failed so many times after the first (default: never).")
  private @Nullable Integer maximumRedeliveries;

  @Option(
      names = "--dead-letter",
      paramLabel = "TOPIC",
      description = "Publish there what is given up or too old (default: drop it).")
  private @Nullable String deadLetter;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Do not deal out messages older than this: 500ms, 10s, 15m, 1h, 7d.")
  private @Nullable Duration ttl;

  @Option(
      names = "--exclusive",
      description = "One consumer at a time gets messages, the next when it goes.")
  private boolean exclusive;

  @Option(
      names = "--order-by",
      paramLabel = "KEY",
      description = {
        "'topic' or 'property:NAME': messages of one key stay with a consumer while it has some",
        "of them, so that they are worked off in order."
      })
  private @Nullable String orderBy;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() {
    return QueueRequest.run(connect, "create", request(), answer -> {});
  }

  private JsonWriter request() {
    JsonWriter json = new JsonWriter().beginObject().name("name").value(name);
    json.name("filters").beginArray();
    filters.forEach(json::value);
    json.endArray();
    if (maximumRedeliveries != null) {
      if (maximumRedeliveries < 0) {
        throw connect.wrong("--max-redeliveries must be 0 or more");
      }
      json.name("maxRedeliveries").value(maximumRedeliveries);
    }
    if (deadLetter != null) {
      json.name("deadLetter").value(deadLetter);
    }
    if (ttl != null) {
      json.name("ttlMillis").value(ttl.toMillis());
    }
    if (exclusive) {
      json.name("exclusive").value(true);
    }
    if (orderBy != null) {
      json.name("orderBy").value(orderBy);
    }
    return json.endObject();
  }
}
