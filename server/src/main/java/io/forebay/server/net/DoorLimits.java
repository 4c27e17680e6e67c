package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How many connections a door has at a time, and how many may come from one address. Who is too
/// many is let in as far as its CONNECT, to be told there ([#refusal]): but only a few at a time,
/// as they cost as much as others. Beyond that the socket is closed at once. Any thread.
public final class DoorLimits implements Admission {
  /// That many may be on their way to hear that they are too many.
  private static final int MOST_TURNED_AWAY = 64;

  private static final AttributeKey<String> REFUSAL =
      AttributeKey.valueOf(DoorLimits.class, "REFUSAL");

  private final int most;
  private final AddressCounts addresses;
  private final Consumer<Channel> turnedAway;
  private final CrowdLog log;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  // One of each for all connections.
  private final ChannelFutureListener leaves = _ -> inside.decrementAndGet();
  private final ChannelFutureListener heard = _ -> refused.decrementAndGet();

  /// @param listener its name, for messages
  /// @param most connections of this door; 0 for as many as come
  /// @param addresses shared by all doors of the node
  /// @param turnedAway gets each connection that is too many, on its event loop
  public DoorLimits(
      String listener, int most, AddressCounts addresses, Consumer<Channel> turnedAway) {
    this.most = most;
    this.addresses = addresses;
    this.turnedAway = turnedAway;
    this.log = new CrowdLog(listener, System::nanoTime);
  }

  /// What a client that is too many is to be told; null for all others. On the channel's event
  /// loop.
  public static @Nullable String refusal(Channel channel) {
    return channel.hasAttr(REFUSAL) ? channel.attr(REFUSAL).get() : null;
  }

  @Override
  public boolean admit(Channel channel) {
    if (most == 0) {
      return true;
    }
    if (inside.incrementAndGet() <= most) {
      channel.closeFuture().addListener(leaves);
      return true;
    }
    inside.decrementAndGet();
    return turnAway(channel, "this listener has as many connections as it may");
  }

  @Override
  public boolean admitPeer(Channel channel) {
    if (addresses.unlimited() || channel.hasAttr(REFUSAL)) {
      return true;
    }
    InetSocketAddress peer = PeerAddress.socketAddress(channel);
    if (peer == null) {
      // It is closed already.
      return false;
    }
    AddressCounts.Place place = addresses.enter(peer.getAddress());
    if (place == null) {
      return turnAway(channel, "this address has as many connections as it may");
    }
    channel.closeFuture().addListener(_ -> addresses.leave(place));
    return true;
  }

  /// @return whether it stays until it is told
  private boolean turnAway(Channel channel, String why) {
    turnedAway.accept(channel);
    log.turnedAway(PeerAddress.of(channel), why);
    if (refused.incrementAndGet() > MOST_TURNED_AWAY) {
      refused.decrementAndGet();
      return false;
    }
    channel.attr(REFUSAL).set(why);
    channel.closeFuture().addListener(heard);
    return true;
  }
}
