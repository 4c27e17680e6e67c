package io.forebay.server.net;

import io.netty.channel.Channel;

/// Decides whether a connection that was just accepted may stay: the place for a limit of
/// connections.
@FunctionalInterface
public interface Admission {

  /// Called on the channel's event loop before anything is read; `false` closes the connection at
  /// once. Whoever counts here counts down in a listener of `channel.closeFuture()`.
  boolean admit(Channel channel);
}
