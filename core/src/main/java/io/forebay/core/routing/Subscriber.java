package io.forebay.core.routing;

import io.forebay.core.message.Message;
import org.jspecify.annotations.Nullable;

/// Who holds subscriptions: a connected session, or a queue that deals out to its members.
///
/// Abstract class instead of interface for one field: the mark that lets a lane find overlapping
/// subscriptions of one subscriber without a table.
public abstract class Subscriber {
  long markedBy;
  @Nullable Grant markedGrant;

  /// The client id that no-local compares with the publisher's.
  public abstract String clientId();

  /// A message for this subscriber. On its lane. It may come again, or come late: position tells.
  ///
  /// @param partition with `offset`, where the message is in the log; both -1 if it is not there
  /// @param grant what the matching subscriptions allow together
  public abstract void offer(Message message, int partition, long offset, Grant grant);
}
