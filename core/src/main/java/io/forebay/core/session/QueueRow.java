package io.forebay.core.session;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Set;

/// What is kept of a queue.
///
/// @param declared it stays although nobody is a member
/// @param cursors per partition, the first offset that was not looked at
/// @param outstanding what was looked at and nobody has acknowledged, in order
/// @param redelivered how often a message was dealt again
/// @param deadLettered messages given up
record QueueRow(
    QueueSettings settings,
    boolean declared,
    long[] cursors,
    List<Outstanding> outstanding,
    long redelivered,
    long deadLettered) {

  record Outstanding(int partition, long offset, int redeliveries) {}

  /// Whether the message of which a row of its own says that it is done was looked at.
  ///
  /// @param owned the key of that row
  boolean covers(byte[] owned) {
    int partition = QueueFormat.ownedPartition(owned);
    return partition < cursors.length && QueueFormat.ownedOffset(owned) < cursors[partition];
  }

  /// Without the messages of which rows of their own say that they are done.
  ///
  /// @param owned the keys of those rows
  QueueRow without(List<byte[]> owned) {
    Set<Progress.Item> done = owned.stream().map(QueueFormat::owned).collect(toSet());
    List<Outstanding> left =
        outstanding.stream()
            .filter(each -> !done.contains(new Progress.Item(each.partition, each.offset, null, 0)))
            .toList();
    return new QueueRow(settings, declared, cursors, left, redelivered, deadLettered);
  }
}
