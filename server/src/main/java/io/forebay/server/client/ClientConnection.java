package io.forebay.server.client;

import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import io.forebay.mqtt.Unsubscribe;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection to a broker: the client's state machine. Everything happens on the connection's
/// event loop.
///
/// ```
/// TRANSPORT ─ TCP, TLS, WebSocket up ─▶ CONNACK ─ let in ─▶ OPEN ─ close() ─▶ CLOSING ─▶ CLOSED
///     └─────────── refused, broken, too slow ─┴─ lost ───────┴───────────────────────────▲
/// ```
final class ClientConnection extends SimpleChannelInboundHandler<Packet> {
  /// How long the broker gets to close after DISCONNECT. Closing first would throw away what is
  /// still on its way to it, if unread bytes are waiting here (a TCP reset).
  private static final long CLOSE_MILLIS = 1_000;

  private final ClientOptions options;
  private final ClientListener listener;
  private final CompletableFuture<Connack> opened = new CompletableFuture<>();
  private final PacketIds ids = new PacketIds();
  private final IntObjectMap<CompletableFuture<Suback>> subscribing = new IntObjectHashMap<>();

  private State state = State.TRANSPORT;

  /// What belongs to the socket, there as soon as there is one.
  private @Nullable Link link;

  /// What lets messages out, there as soon as the broker said how many it takes.
  private @Nullable Outbound outbound;

  ClientConnection(ClientOptions options, ClientListener listener) {
    this.options = options;
    this.listener = listener;
  }

  private enum State {
    TRANSPORT,
    CONNACK,
    OPEN,
    CLOSING,
    CLOSED
  }

  private record Link(
      ChannelHandlerContext context, Outbox outbox, Inbound inbound, KeepAlive keepAlive) {}

  /// Completed when the broker let the client in; fails with a [ClientException].
  CompletableFuture<Connack> opened() {
    return opened;
  }

  void publish(Publish message, Acknowledgement acknowledgement) {
    Outbound open = outbound;
    if (open == null || state != State.OPEN) {
      acknowledgement.failed(notOpen());
      return;
    }
    try {
      open.publish(message, acknowledgement);
    } catch (IllegalArgumentException e) {
      acknowledgement.failed(
          new ClientException("cannot publish to '" + message.topic() + "': " + e.getMessage(), e));
    }
  }

  void subscribe(
      int subscriptionId, List<Subscribe.Entry> entries, CompletableFuture<Suback> answer) {
    Link open = link;
    if (open == null || state != State.OPEN) {
      answer.completeExceptionally(notOpen());
      return;
    }
    int id = ids.take();
    subscribing.put(id, answer);
    open.outbox().add(new Subscribe(id, subscriptionId, List.of(), entries));
  }

  /// Says goodbye behind everything that was written before. No message is handed on after this.
  void close() {
    Link open = link;
    if (open == null || state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    ChannelHandlerContext context = open.context();
    open.keepAlive().stop();
    // Later in this turn, so that the message that is being handed on is still acknowledged.
    context.executor().execute(() -> sayGoodbye(open));
    context.executor().schedule(() -> context.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sayGoodbye(Link open) {
    if (state == State.CLOSING) {
      open.outbox().add(Disconnect.of(ReasonCode.SUCCESS, null));
      open.outbox().flush();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    Outbox outbox = new Outbox(context, options.version());
    link =
        new Link(
            context,
            outbox,
            new Inbound(outbox, listener),
            new KeepAlive(context.executor(), options.keepAliveSeconds(), outbox, this::lost));
    if (context.channel().isActive()) {
      channelActive(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (options.tls() == null && options.webSocketPath() == null) {
      sayHello();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
      sayHello();
    } else if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (!handshake.isSuccess()) {
        fail(ConnectFailure.of(options, handshake.cause()));
      } else if (options.webSocketPath() == null) {
        sayHello();
      }
    }
  }

  private void sayHello() {
    Link open = link;
    if (open != null && state == State.TRANSPORT) {
      state = State.CONNACK;
      open.outbox().add(options.connect());
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Packet packet) {
    Link open = link;
    if (open == null || state == State.CLOSED) {
      return;
    }
    open.keepAlive().read();
    if (state == State.CONNACK || state == State.TRANSPORT) {
      onFirst(open, packet);
    } else {
      on(open, packet);
    }
  }

  private void onFirst(Link open, Packet packet) {
    switch (packet) {
      case Connack connack when connack.reason().failure() ->
          fail(ConnectFailure.refused(options, connack));
      case Connack connack -> letIn(open, connack);
      case Disconnect disconnect -> fail(ConnectFailure.disconnected(options, disconnect));
      default -> throw new ProtocolViolation("the broker sent " + name(packet) + " before CONNACK");
    }
  }

  private void letIn(Link open, Connack connack) {
    state = State.OPEN;
    outbound = new Outbound(open.outbox(), ids, connack.receiveMaximum());
    open.keepAlive().start(connack.serverKeepAliveSeconds());
    opened.complete(connack);
  }

  private void on(Link open, Packet packet) {
    Outbound sending = outbound;
    if (sending == null) {
      return;
    }
    switch (packet) {
      case Publish publish -> {
        // What comes after goodbye is not acknowledged: the broker keeps it for the next
        // connection.
        if (state == State.OPEN) {
          open.inbound().on(publish);
        }
      }
      case Puback puback -> sending.on(puback);
      case Pubrec pubrec -> sending.on(pubrec);
      case Pubrel pubrel -> open.inbound().on(pubrel);
      case Pubcomp pubcomp -> sending.on(pubcomp);
      case Suback suback -> onSuback(suback);
      case Pingresp _ -> open.keepAlive().answered();
      case Disconnect disconnect ->
          lost(
              "the broker sent DISCONNECT "
                  + ClientException.words(disconnect.reason(), disconnect.reasonString()));
      case Connack _, Connect _, Subscribe _, Unsubscribe _, Unsuback _, Pingreq _, Auth _ ->
          throw new ProtocolViolation(
              "the broker sent " + name(packet) + ", which nobody asked for");
    }
  }

  private void onSuback(Suback packet) {
    CompletableFuture<Suback> answer = subscribing.remove(packet.packetId());
    if (answer == null) {
      throw new ProtocolViolation(
          "the broker sent SUBACK for packet id " + packet.packetId() + ", which is not in use");
    }
    ids.free(packet.packetId());
    answer.complete(packet);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (state == State.OPEN || state == State.CLOSING) {
      listener.pause();
    }
    if (link != null) {
      link.outbox().flush();
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lost("closed by the broker");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (state == State.TRANSPORT || state == State.CONNACK) {
      fail(ConnectFailure.of(options, cause));
    } else {
      lost(ConnectFailure.words(cause));
    }
  }

  /// The connection ended. While it was being made this is a failure to connect; while it is being
  /// closed it is what was wanted.
  private void lost(String why) {
    switch (state) {
      case TRANSPORT, CONNACK -> fail(ConnectFailure.closedEarly(options, why));
      case OPEN -> fail(new ClientException("connection to " + options.broker() + " lost: " + why));
      case CLOSING -> fail(notOpen());
      case CLOSED -> {}
    }
  }

  /// The time for connecting is over.
  void failUnlessOpen(ClientException reason) {
    if (state == State.TRANSPORT || state == State.CONNACK) {
      fail(reason);
    }
  }

  /// Ends everything that is open with this reason.
  void fail(ClientException reason) {
    State before = state;
    if (before == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    if (link != null) {
      link.keepAlive().stop();
      link.outbox().discard();
      link.context().close();
    }
    if (outbound != null) {
      outbound.fail(reason);
    }
    subscribing.values().forEach(answer -> answer.completeExceptionally(reason));
    subscribing.clear();
    opened.completeExceptionally(reason);
    if (before == State.OPEN) {
      listener.lost(reason);
    }
  }

  private ClientException notOpen() {
    return new ClientException("the connection to " + options.broker() + " is not open");
  }

  private static String name(Packet packet) {
    return packet.getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }
}
