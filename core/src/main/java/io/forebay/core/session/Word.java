package io.forebay.core.session;

import io.forebay.core.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the node that deals a queue and the nodes of its members say to each other. Bytes are
/// [WordFormat]'s.
///
/// A seat is a member as its node numbers it; no two have the same while the node lives.
sealed interface Word {

  /// The queue's name.
  String name();

  /// For whoever deals the queue.
  sealed interface ToQueue extends Word {}

  /// For the node of a member.
  sealed interface ToBranch extends Word {}

  /// What became of a lease.
  enum How {
    ACKNOWLEDGED,
    REFUSED,
    /// A row says that it is the session's own.
    OWNED,
    /// Nobody has acknowledged it; it did not go out to the client.
    UNSENT,
    /// Nobody has acknowledged it; the client may have it.
    SENT,
    /// It stays with the client, which nobody else knows.
    ITS,
    /// There was no room for it.
    FULL
  }

  /// A message in a member's hands.
  record Place(int partition, long offset) {
    Progress.Item item() {
      return new Progress.Item(partition, offset, null, 0);
    }
  }

  /// What became of one of them.
  record Back(Place place, How how) {}

  /// A member wants messages.
  ///
  /// @param number as in [Queue.Member]
  /// @param attempt grows whenever the node looks for the one that deals
  /// @param qos of its subscription
  /// @param again it was a member before, with another node
  /// @param paused as in [Queue.Member], with `round`
  /// @param held what it has of the queue
  record Join(
      String name,
      int seat,
      int number,
      int attempt,
      int qos,
      int windowSize,
      boolean persistent,
      boolean again,
      boolean paused,
      int round,
      List<Place> held)
      implements ToQueue {}

  /// A member wants none any more. Of leases that are not among `backs` is still to be said.
  ///
  /// @param comesBack its session is kept
  record Leave(String name, int seat, boolean comesBack, List<Back> backs) implements ToQueue {}

  /// What became of a lease.
  record Done(String name, int seat, Back back) implements ToQueue {}

  /// A member has room again.
  record Resumed(String name, int seat, int round) implements ToQueue {}

  /// An administrator wants to know how the queue does, or wants it deleted.
  ///
  /// @param id what the answer says
  record Ask(String name, int id, boolean delete) implements ToQueue {}

  /// A member gets messages from now on.
  record Joined(String name, int seat, int number) implements ToBranch {}

  /// There is no such queue.
  record Refused(String name, int seat, int number) implements ToBranch {}

  /// The node does not deal for this queue, or does not any more.
  ///
  /// @param attempt of the [Join] that this answers
  record Elsewhere(String name, int attempt) implements ToBranch {}

  /// A message for a member.
  ///
  /// @param redeliveries what the member is told
  /// @param round as in [Queue.Member]
  /// @param message as the member gets it, if it is at hand; does not travel
  record Leased(
      String name, int seat, Place place, int redeliveries, int round, @Nullable Message message)
      implements ToBranch {}

  /// Answers an [Ask].
  ///
  /// @param row as [QueueFormat] has it; null if there is none that can be read, or to tell
  /// @param problem in words; null if there is none
  record Answer(String name, int id, int members, byte @Nullable [] row, @Nullable String problem)
      implements ToBranch {}
}
