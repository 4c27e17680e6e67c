package io.forebay.server.cli;

import io.forebay.core.security.Principal;
import io.forebay.core.topic.TopicFilter;
import io.forebay.core.topic.TopicName;
import io.forebay.security.acl.Question;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what somebody wants to do: one of them.
final class AclQuestion {
  @Option(names = "--publish", paramLabel = "TOPIC", description = "Publish to this topic.")
  private @Nullable String publish;

  @Option(
      names = "--subscribe",
      paramLabel = "FILTER",
      description = "Subscribe to this filter; $share/…, $queue/… and $replay/… too.")
  private @Nullable String subscribe;

  @Option(
      names = "--share",
      paramLabel = "GROUP/FILTER",
      description = "Share a subscription in this group.")
  private @Nullable String share;

  @Option(names = "--queue", paramLabel = "NAME", description = "Consume from this queue.")
  private @Nullable String queue;

  @Option(
      names = "--replay",
      paramLabel = "FILTER",
      description = "Read what was published before.")
  private @Nullable String replay;

  @Option(names = "--connect", description = "Connect at all, with this client id.")
  private boolean connect;

  @Option(names = "--metrics", description = "Read what the node tells of itself below $SYS.")
  private boolean metrics;

  @Option(names = "--admin", description = "Administer the node.")
  private boolean admin;

  /// @throws IllegalArgumentException with words for the user if it cannot be asked
  Question of(Principal principal) {
    if (publish != null) {
      String problem = TopicName.problem(publish, Integer.MAX_VALUE);
      if (problem != null) {
        throw new IllegalArgumentException(problem);
      }
      return Question.publish(principal, publish);
    }
    if (connect) {
      return Question.connect(principal);
    }
    return admin ? Question.administer(principal) : Question.subscribe(principal, filter());
  }

  private TopicFilter filter() {
    if (queue != null) {
      return TopicFilter.queue(queue);
    }
    if (replay != null) {
      return TopicFilter.replay("earliest", replay, Integer.MAX_VALUE);
    }
    if (share != null) {
      return TopicFilter.parse("$share/" + share, Integer.MAX_VALUE);
    }
    String asked = metrics || subscribe == null ? "$SYS/#" : subscribe;
    return TopicFilter.parse(asked, Integer.MAX_VALUE);
  }
}
