package io.forebay.core.session;

import java.util.List;

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
}
