package io.forebay.core.session;

import io.forebay.core.routing.Lane;
import java.util.List;

/// Who deals messages to members, as their sessions see it: a queue of this node, or what this node
/// has of one that another node deals for. On its lane.
interface Dealer {

  Lane lane();

  /// The name of the queue, with `$share/` or `$queue/`.
  String name();

  /// A member's connection went, or it gave the subscription back.
  ///
  /// @param returned what it did not acknowledge and nobody else has
  /// @param its what was sent to it at QoS 2: nobody else may get it (MQTT 5 §4.8.2)
  /// @param comesBack whether its session stays; [#departed] follows
  void leave(
      Queue.Member member, List<Queue.Lease> returned, List<Queue.Lease> its, boolean comesBack);

  /// The row of a member that left is written, or will not be.
  void departed();

  /// A member is done with a lease.
  void acknowledged(Queue.Lease lease);

  /// A lease that a session took over, with a row that said so, is done as far as the queue goes.
  void owned(Queue.Lease lease);

  /// The client refused it.
  void refused(Queue.Lease lease);

  /// As [#leave], and the member stays.
  void giveBack(List<Queue.Lease> returned, List<Queue.Lease> its);

  /// A member has no room: it gets nothing until [#resumed].
  void full(Queue.Lease lease);

  /// A member has room again.
  void resumed(Queue.Member member, int round);
}
