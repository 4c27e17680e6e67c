package io.forebay.server.client;

import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connected MQTT client. Every method may be called by any thread, and does its work on the
/// client's event loop; called there it does it at once.
public final class MqttClient {
  private final Channel channel;
  private final ClientConnection connection;
  private final Connack connack;

  private MqttClient(Channel channel, ClientConnection connection, Connack connack) {
    this.channel = channel;
    this.connection = connection;
    this.connack = connack;
  }

  /// Connects.
  ///
  /// @return the client once the broker let it in; fails with a [ClientException]
  /// @throws ClientException if the files that TLS needs cannot be read
  public static CompletableFuture<MqttClient> connect(
      EventLoops loops, ClientOptions options, ClientListener listener) {
    SslContext tls = options.tls() == null ? null : options.tls().context();
    ClientConnection connection = new ClientConnection(options, listener);
    ChannelFuture connecting = start(loops, options, tls, connection);
    Channel channel = connecting.channel();
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            connection.fail(ConnectFailure.of(options, done.cause()));
          }
        });
    limitTime(channel.eventLoop(), options, connection);
    return connection.opened().thenApply(connack -> new MqttClient(channel, connection, connack));
  }

  private static ChannelFuture start(
      EventLoops loops,
      ClientOptions options,
      @Nullable SslContext tls,
      ClientConnection connection) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, options.timeoutMillis())
            .remoteAddress(options.host(), options.port())
            .handler(new ClientPipeline(options, tls, connection));
    if (options.localAddress() != null) {
      bootstrap.localAddress(options.localAddress());
    }
    return bootstrap.connect();
  }

  private static void limitTime(
      EventLoop loop, ClientOptions options, ClientConnection connection) {
    var limit =
        loop.schedule(
            () -> connection.failUnlessOpen(ConnectFailure.tooSlow(options)),
            options.timeoutMillis(),
            TimeUnit.MILLISECONDS);
    connection.opened().whenComplete((_, _) -> limit.cancel(false));
  }

  /// What the broker said when it let the client in: its limits, an assigned id.
  public Connack connack() {
    return connack;
  }

  /// The loop that owns this client and calls its listener.
  public EventLoop loop() {
    return channel.eventLoop();
  }

  /// Publishes. More messages than the broker's Receive Maximum wait here; to bound them is the
  /// caller's business.
  ///
  /// @param message its packet id is ignored: the client picks one
  public void publish(Publish message, Acknowledgement acknowledgement) {
    if (loop().inEventLoop()) {
      connection.publish(message, acknowledgement);
    } else {
      loop().execute(() -> connection.publish(message, acknowledgement));
    }
  }

  /// Subscribes.
  ///
  /// @param subscriptionId identifier that comes back with each message, 0 for none
  /// @return the answer, with a reason for each entry; fails if the connection breaks
  public CompletableFuture<Suback> subscribe(int subscriptionId, List<Subscribe.Entry> entries) {
    CompletableFuture<Suback> answer = new CompletableFuture<>();
    loop().execute(() -> connection.subscribe(subscriptionId, entries, answer));
    return answer;
  }

  /// Sends what was published before, says DISCONNECT and closes. No message is handed to the
  /// listener after this was called on the event loop.
  ///
  /// @return done when the connection is closed
  public CompletableFuture<@Nullable Void> disconnect() {
    CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    channel.closeFuture().addListener(_ -> closed.complete(null));
    if (loop().inEventLoop()) {
      connection.close();
    } else {
      loop().execute(connection::close);
    }
    return closed;
  }
}
