package io.forebay.server.client;

import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.codec.PacketEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A peer for tests, on a free port of loopback, that speaks MQTT 5. It lets everybody in, grants
/// every subscription and answers pings; what else it does, and other answers, is for its script to
/// say.
public final class ScriptedBroker implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Packet> received = new LinkedBlockingQueue<>();
  private final Script script;
  private final Channel server;

  /// Answers a packet; runs on the one event loop of the broker.
  public interface Script {

    /// @return whether it answered, so that the broker does not
    boolean on(Packet packet, Peer peer);
  }

  /// The client at the other end.
  public record Peer(Channel channel) {
    public void send(Packet packet) {
      ByteBuf bytes = channel.alloc().buffer();
      PacketEncoder.encode(packet, ProtocolVersion.V5, bytes);
      channel.writeAndFlush(bytes);
    }

    public void close() {
      channel.close();
    }
  }

  public ScriptedBroker(Script script) {
    this.script = script;
    this.server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new PacketReader(ProtocolVersion.V5), new Answers());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /// Lets in with these limits.
  public static Connack connack(int receiveMaximum, int topicAliasMaximum) {
    return new Connack(
        false,
        ReasonCode.SUCCESS,
        -1,
        receiveMaximum,
        2,
        true,
        Connect.NO_LIMIT,
        null,
        topicAliasMaximum,
        null,
        List.of(),
        true,
        true,
        true,
        -1,
        null,
        null,
        null,
        null);
  }

  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  public ClientOptions options(String clientId) {
    return ClientOptions.of("127.0.0.1", port(), ProtocolVersion.V5, clientId);
  }

  /// Waits for the next packet of this kind, and drops those before it.
  public <T extends Packet> T next(Class<T> kind) throws InterruptedException {
    while (true) {
      Packet packet = received.poll(10, TimeUnit.SECONDS);
      if (packet == null) {
        throw new AssertionError("no " + kind.getSimpleName() + " came");
      }
      if (kind.isInstance(packet)) {
        return kind.cast(packet);
      }
    }
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Answers extends SimpleChannelInboundHandler<Packet> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Packet packet) {
      Peer peer = new Peer(context.channel());
      received.add(packet);
      if (script.on(packet, peer)) {
        return;
      }
      switch (packet) {
        case Connect _ -> peer.send(connack(65_535, 0));
        case Subscribe subscribe -> peer.send(granted(subscribe));
        case Pingreq _ -> peer.send(Pingresp.INSTANCE);
        case Disconnect _ -> peer.close();
        default -> {}
      }
    }

    private static Suback granted(Subscribe subscribe) {
      List<ReasonCode> reasons =
          subscribe.entries().stream().map(e -> ReasonCode.of(e.qos().level())).toList();
      return new Suback(subscribe.packetId(), reasons, null, List.of());
    }
  }
}
