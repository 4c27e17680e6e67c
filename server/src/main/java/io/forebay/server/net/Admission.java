package io.forebay.server.net;

import io.netty.channel.Channel;

/// Decides whether a connection that was just accepted may stay: the place for a limit of
/// connections. Both are called on the channel's event loop; `false` closes the connection at once.
/// Whoever counts here counts down in a listener of `channel.closeFuture()`.
@FunctionalInterface
public interface Admission {

  /// Before anything is read.
  boolean admit(Channel channel);

  /// When it is known who is there ([PeerAddress]): behind a proxy that is after its header, else
  /// right after [#admit].
  default boolean admitPeer(Channel channel) {
    return true;
  }
}
