package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Who is at the other end: the socket's peer, or the client that a proxy in between told us about.
public final class PeerAddress {

  /// Set on proxied connections only: an attribute costs a direct connection memory for nothing.
  private static final AttributeKey<InetSocketAddress> PROXIED =
      AttributeKey.valueOf(PeerAddress.class, "PROXIED");

  private PeerAddress() {}

  /// The address for people: `127.0.0.1:50123`, `[::1]:50123`.
  public static String of(Channel channel) {
    InetSocketAddress address = socketAddress(channel);
    return address == null ? "unknown" : NetUtil.toSocketAddressString(address);
  }

  /// Null if the channel was closed before anybody asked.
  public static @Nullable InetSocketAddress socketAddress(Channel channel) {
    if (channel.hasAttr(PROXIED)) {
      return channel.attr(PROXIED).get();
    }
    SocketAddress remote = channel.remoteAddress();
    return remote instanceof InetSocketAddress internet ? internet : null;
  }

  static void set(Channel channel, InetSocketAddress address) {
    channel.attr(PROXIED).set(address);
  }
}
