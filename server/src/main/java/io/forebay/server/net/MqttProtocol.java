package io.forebay.server.net;

import io.forebay.core.Broker;
import io.forebay.core.routing.EventLoop;
import io.forebay.core.routing.Figure;
import io.forebay.core.routing.Lane;
import io.forebay.mqtt.connection.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// MQTT behind every door: gives each channel a handler that shares with the others of its event
/// loop what can be shared.
public final class MqttProtocol implements Protocol {
  /// What the channels of one event loop share.
  private record Shared(Loop loop, Flusher flusher) {}

  private final IdentityHashMap<EventExecutor, Shared> byLoop = new IdentityHashMap<>();
  private final int writeBufferBytes;

  /// @param broker made with [#loops] of the same group
  public MqttProtocol(Broker broker, EventLoopGroup group, int writeBufferBytes) {
    this.writeBufferBytes = writeBufferBytes;
    int i = 0;
    for (EventExecutor executor : group) {
      Lane lane = broker.lanes().get(i++);
      Shared shared =
          new Shared(new Loop(broker, lane, new NettyLoop(executor)), new Flusher(executor));
      byLoop.put(executor, shared);
      executor.scheduleAtFixedRate(shared.loop()::tick, 1, 1, TimeUnit.SECONDS);
    }
  }

  /// The loops of a group, in the order in which [#MqttProtocol] pairs them with the broker's
  /// lanes.
  public static List<EventLoop> loops(EventLoopGroup group) {
    List<EventLoop> loops = new ArrayList<>();
    group.forEach(each -> loops.add(new NettyLoop(each)));
    return loops;
  }

  /// Counts a connection that was turned away at a door. On its event loop.
  public void turnedAway(Channel channel) {
    shared(channel).loop().counters().increment(Figure.CONNECTIONS_TURNED_AWAY);
  }

  private Shared shared(Channel channel) {
    Shared shared = byLoop.get(channel.eventLoop());
    if (shared == null) {
      throw new IllegalStateException("a channel of another group's loop");
    }
    return shared;
  }

  @Override
  public ChannelHandler newHandler(Channel channel) {
    Shared shared = shared(channel);
    return new MqttHandler(shared.loop(), shared.flusher(), writeBufferBytes);
  }
}
