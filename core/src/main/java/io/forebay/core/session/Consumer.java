package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.List;
import java.util.Set;

/// The protocol's side of a connected session: takes what the session delivers. Called on the
/// session's lane.
public interface Consumer {

  /// Why a session ends its connection.
  enum End {
    TAKEN_OVER,
    SHUTTING_DOWN,
    ADMINISTRATIVE,
    /// What the client is to be told next could not be kept.
    NOT_KEPT
  }

  /// Whether the client's socket still takes messages.
  boolean writable();

  /// Sends a message. What cannot be sent at all (larger than the client takes) is left out.
  ///
  /// @param packetId 0 at QoS 0
  /// @param dup it was sent before and not acknowledged
  /// @param retain it is a retained message, or the subscriber asked to see the flag as published
  /// @param extras what this delivery says beside the message's own properties, to a client whose
  ///   version has room for it
  /// @return false if it was left out: the packet id is free again
  boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras);

  /// Sends PUBREL, or what the protocol has for it.
  void release(int packetId);

  /// The node's rules have changed: whoever holds a subscription that it may not have any more is
  /// to give it back, or go.
  void accessChanged();

  /// These users are no more: whoever is one of them is to go.
  void usersGone(Set<String> users);

  /// The session has ended or belongs to another connection from now on: say goodbye and close.
  void end(End why);
}
