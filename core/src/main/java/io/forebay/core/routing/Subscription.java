package io.forebay.core.routing;

import io.forebay.core.message.Message;

/// A filter with its options, held by a subscriber.
///
/// It counts for a message from its start on: the committed head when it was made. Its subscriber's
/// lane owns it. The router and the reader of the log both ask [#counts], so that they cannot
/// differ.
public final class Subscription {
  private final Subscriber subscriber;
  private final String filter;
  private final Grant grant;
  private long[] startOffsets;

  /// Where it stands in its roster; the roster's own.
  int slot;

  /// @param filter without `$share/GROUP/`
  /// @param startOffsets first offset that counts, per partition; 0 for partitions beyond its
  ///   length
  public Subscription(Subscriber subscriber, String filter, Grant grant, long[] startOffsets) {
    this.subscriber = subscriber;
    this.filter = filter;
    this.grant = grant;
    this.startOffsets = startOffsets;
  }

  /// It counts from here on. On the subscriber's lane.
  void startAt(long[] offsets) {
    startOffsets = offsets;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  public String filter() {
    return filter;
  }

  public Grant grant() {
    return grant;
  }

  /// Whether this subscription is for the message, given that its filter matches.
  ///
  /// @param partition -1 if the message is not in the log: then it counts from the first moment
  public boolean counts(Message message, int partition, long offset) {
    if (partition >= 0 && offset < start(partition)) {
      return false;
    }
    return !grant.noLocal() || !message.publisher().equals(subscriber.clientId());
  }

  /// The first offset of a partition that counts.
  public long start(int partition) {
    return partition < startOffsets.length ? startOffsets[partition] : 0;
  }

  public long[] startOffsets() {
    return startOffsets;
  }
}
