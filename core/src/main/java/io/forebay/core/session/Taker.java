package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.routing.Grant;
import io.forebay.core.routing.Lane;

/// Whoever a queue deals to: a session of this node, or what stands for one of another node. Two of
/// one session are equal.
interface Taker {

  /// How many leases it may hold.
  int windowSize();

  /// Gives it a lease.
  ///
  /// @param from the queue's lane, where we are
  void offer(Lane from, Queue.Lease lease);

  /// Gives it a message that nobody acknowledges.
  ///
  /// @param partition with `offset`, where it is in the log; both -1 if it is not there
  void offer(Lane from, Message message, int partition, long offset, Grant grant);

  /// A session of this node.
  record Local(Session session) implements Taker {
    @Override
    public int windowSize() {
      return session.windowSize();
    }

    @Override
    public void offer(Lane from, Queue.Lease lease) {
      from.post(session.lane(), () -> session.offerLease(lease));
    }

    @Override
    public void offer(Lane from, Message message, int partition, long offset, Grant grant) {
      from.post(session.lane(), () -> session.offer(message, -1, -1, grant));
    }
  }
}
