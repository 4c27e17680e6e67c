package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/// What a door leads to. The handler reads and writes [io.netty.buffer.ByteBuf]s of its protocol
/// and need not know whether TLS or WebSocket lies beneath.
@FunctionalInterface
public interface Protocol {

  /// The handler of one new connection, called on its event loop when the connection is ready: the
  /// PROXY header is read ([PeerAddress]), the TLS handshake done ([ClientCertificate]), the
  /// upgrade to WebSocket answered.
  ///
  /// The handler begins in `handlerAdded`, where the channel is active already; whether a
  /// `channelActive` follows depends on the door.
  ChannelHandler newHandler(Channel channel);
}
