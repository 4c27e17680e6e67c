package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import org.jspecify.annotations.Nullable;

/// The way of a new connection through a door, one method per stage. Shared by all connections of
/// the door; runs on each connection's event loop.
final class Entry extends ChannelInitializer<Channel> {

  /// Browsers send cookies and tokens along; 16 KiB is what HTTP servers commonly take.
  private static final HttpDecoderConfig HTTP =
      new HttpDecoderConfig().setMaxInitialLineLength(4096).setMaxHeaderSize(16 * 1024);

  private final DoorSpec spec;
  private final @Nullable TlsContext tls;
  private final Protocol protocol;
  private final Admission admission;

  Entry(DoorSpec spec, @Nullable TlsContext tls, Protocol protocol, Admission admission) {
    this.spec = spec;
    this.tls = tls;
    this.protocol = protocol;
    this.admission = admission;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (!admission.admit(channel)) {
      channel.close();
      return;
    }
    ChannelPipeline pipeline = channel.pipeline();
    if (spec.hasPreamble()) {
      pipeline.addLast(new PreambleDeadline(spec.limits().preambleMillis()));
    }
    if (spec.proxyProtocol()) {
      pipeline.addLast(new ProxyHeaderDecoder(), new ProxyHeader(this::meet));
    } else {
      meet(pipeline);
    }
  }

  /// It is known who is there.
  private void meet(ChannelPipeline pipeline) {
    if (admission.admitPeer(pipeline.channel())) {
      startTls(pipeline);
    } else {
      pipeline.channel().close();
    }
  }

  private void startTls(ChannelPipeline pipeline) {
    if (tls == null) {
      startWebSocket(pipeline);
    } else {
      pipeline.addLast(
          tls.newHandler(pipeline.channel().alloc()), new TlsHandshake(this::startWebSocket));
    }
  }

  private void startWebSocket(ChannelPipeline pipeline) {
    String path = spec.webSocketPath();
    if (path == null) {
      startProtocol(pipeline);
    } else {
      pipeline.addLast(
          new HttpRequestDecoder(HTTP),
          new HttpResponseEncoder(),
          new WebSocketUpgrade(path, spec.limits().maxFrameBytes(), this::startProtocol));
    }
  }

  private void startProtocol(ChannelPipeline pipeline) {
    if (spec.hasPreamble()) {
      pipeline.remove(PreambleDeadline.class);
    }
    pipeline.addLast(protocol.newHandler(pipeline.channel()));
  }
}
