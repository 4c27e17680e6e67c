package io.forebay.server.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/// Bytes to packets and back, through TLS and WebSocket where asked for.
final class ClientPipeline extends ChannelInitializer<SocketChannel> {
  private static final int MAX_HANDSHAKE_BYTES = 64 * 1024;

  private final ClientOptions options;
  private final @Nullable SslContext tls;
  private final ClientConnection connection;

  ClientPipeline(ClientOptions options, @Nullable SslContext tls, ClientConnection connection) {
    this.options = options;
    this.tls = tls;
    this.connection = connection;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast(tls.newHandler(channel.alloc(), options.host(), options.port()));
    }
    if (options.webSocketPath() != null) {
      addWebSocket(channel, options.webSocketPath());
    }
    pipeline.addLast(new PacketReader(options.version()), connection);
  }

  private void addWebSocket(Channel channel, String path) {
    String uri = (tls == null ? "ws://" : "wss://") + options.broker() + path;
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(uri)
            .subprotocol("mqtt")
            .maxFramePayloadLength(Integer.MAX_VALUE)
            .build();
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(),
            new HttpObjectAggregator(MAX_HANDSHAKE_BYTES),
            new WebSocketClientProtocolHandler(config),
            new WebSocketBytes());
  }
}
