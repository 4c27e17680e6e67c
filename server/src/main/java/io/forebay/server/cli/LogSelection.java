package io.forebay.server.cli;

import io.forebay.core.log.Log;
import io.forebay.core.log.Stored;
import io.forebay.core.message.Position;
import io.forebay.core.topic.FilterSet;
import io.forebay.core.topic.ReplayFrom;
import io.forebay.core.topic.TopicFilter;
import io.forebay.store.LogFiles;
import io.forebay.store.LogFiles.StreamPlace;
import io.forebay.store.StoreException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that choose messages of a data directory, and the way through what they choose:
/// stream by stream, in order.
final class LogSelection {
  private static final int MESSAGES_PER_READ = 1_024;
  private static final int MOST_LEVELS = 65_536;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--stream", paramLabel = "NAME", description = "Only of this stream.")
  private @Nullable String stream;

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "FILTER",
      description = "Only on these topics; may hold + and #; repeatable.")
  private List<String> filters = List.of("#", "$SYS/#");

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "earliest",
      description =
          "Begin here: earliest, a time ago (1h), an instant (2026-01-31T12:00:00Z) or a position"
              + " (default/0/1/4711) (default: ${DEFAULT-VALUE}).")
  private String from = "earliest";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "COUNT",
      description = "Stop after so many messages.")
  private long count;

  /// Where messages go.
  interface Sink {
    void take(Position position, Stored stored) throws IOException;
  }

  void check() {
    if (count < 0) {
      throw wrong("--count must not be negative");
    }
    for (String filter : filters) {
      try {
        if (TopicFilter.parse(filter, MOST_LEVELS).kind() != TopicFilter.Kind.PLAIN) {
          throw wrong("--topic: '" + filter + "' has a $ prefix that only a running node knows");
        }
      } catch (IllegalArgumentException e) {
        throw wrong("--topic: '" + filter + "': " + e.getMessage());
      }
    }
    begin();
  }

  private ReplayFrom begin() {
    try {
      return ReplayFrom.parse(from);
    } catch (IllegalArgumentException e) {
      throw wrong("--from: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /// @return how many there were
  long each(LogFiles files, InstantSource clock, Sink sink) throws IOException {
    ReplayFrom begin = begin();
    long left = count == 0 ? Long.MAX_VALUE : count;
    long taken = 0;
    for (StreamPlace each : chosen(files.places(), begin)) {
      taken += each(files, each, offset(files, each, begin, clock), left - taken, sink);
    }
    return taken;
  }

  private List<StreamPlace> chosen(List<StreamPlace> all, ReplayFrom begin) {
    String wanted = stream;
    if (begin instanceof ReplayFrom.At(Position position)) {
      if (wanted != null && !wanted.equals(position.stream())) {
        throw wrong("--from names a position of another stream than --stream");
      }
      wanted = position.stream();
    }
    String name = wanted;
    List<StreamPlace> chosen =
        all.stream().filter(each -> name == null || each.name().equals(name)).toList();
    if (chosen.isEmpty() && name != null) {
      throw wrong(
          "there is no stream '%s' on disk; there %s"
              .formatted(
                  name,
                  all.isEmpty()
                      ? "are none"
                      : "is " + String.join(", ", all.stream().map(StreamPlace::name).toList())));
    }
    return chosen;
  }

  private long offset(LogFiles files, StreamPlace stream, ReplayFrom begin, InstantSource clock) {
    return switch (begin) {
      case ReplayFrom.Earliest() -> stream.start().offset();
      case ReplayFrom.Ago(long millis) -> files.seek(stream.number(), clock.millis() - millis);
      case ReplayFrom.Time(long millis) -> files.seek(stream.number(), millis);
      case ReplayFrom.At(Position position) -> {
        if (position.compareTo(stream.head()) > 0 || position.partition() != 0) {
          throw wrong(
              "--from: position %s is beyond the end of the log, which is at %s"
                  .formatted(position, stream.head()));
        }
        yield position.offset();
      }
    };
  }

  private long each(LogFiles files, StreamPlace stream, long offset, long most, Sink sink)
      throws IOException {
    FilterSet wanted = new FilterSet(filters);
    Position head = stream.head();
    long next = offset;
    long taken = 0;
    while (taken < most) {
      int request = (int) Math.min(MESSAGES_PER_READ, most - taken);
      Log.Slice slice = read(files, new Log.Request(stream.number(), next, wanted, request), head);
      for (Stored stored : slice.messages()) {
        sink.take(
            new Position(head.stream(), head.partition(), head.epoch(), stored.offset()), stored);
      }
      taken += slice.messages().size();
      next = slice.nextOffset();
      if (slice.atHead()) {
        break;
      }
    }
    return taken;
  }

  private static Log.Slice read(LogFiles files, Log.Request request, Position head)
      throws IOException {
    try {
      return files.read(request);
    } catch (StoreException e) {
      throw new IOException(
          "cannot read on at "
              + new Position(head.stream(), head.partition(), head.epoch(), request.fromOffset())
              + ": "
              + e.getMessage()
              + "; what is there beyond it is reached with --from and a later position",
          e);
    }
  }
}
