package io.forebay.server.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers one HTTP request: with a WebSocket, whose handlers then take the place of those of HTTP,
/// or with a refusal and the end of the connection.
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(WebSocketUpgrade.class);

  private final String path;
  private final int maxFrameBytes;
  private final Consumer<ChannelPipeline> next;

  private WebSocketRequest.@Nullable Accepted accepted;
  private boolean refused;

  WebSocketUpgrade(String path, int maxFrameBytes, Consumer<ChannelPipeline> next) {
    this.path = path;
    this.maxFrameBytes = maxFrameBytes;
    this.next = next;
  }

  /// The upgrade waits for the (empty) end of the request: what the decoder holds after it are the
  /// first frames, sent by a client that did not wait for the answer. After a refusal nothing
  /// counts.
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (msg instanceof HttpRequest request && !refused) {
        judge(ctx, request);
      }
      if (msg instanceof LastHttpContent && accepted != null) {
        upgrade(ctx, accepted);
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private void judge(ChannelHandlerContext ctx, HttpRequest request) {
    switch (WebSocketRequest.judge(request, path)) {
      case WebSocketRequest.Accepted yes -> accepted = yes;
      case WebSocketRequest.Refused no -> refuse(ctx, no);
    }
  }

  private void refuse(ChannelHandlerContext ctx, WebSocketRequest.Refused answer) {
    refused = true;
    ctx.channel().config().setAutoRead(false); // one request is enough
    ctx.writeAndFlush(response(answer)).addListener(ChannelFutureListener.CLOSE);
  }

  private void upgrade(ChannelHandlerContext ctx, WebSocketRequest.Accepted accepted) {
    ctx.writeAndFlush(response(accepted));
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpResponseEncoder.class);
    pipeline.addLast(
        new WebSocket13FrameDecoder(frames()),
        new WebSocket13FrameEncoder(false),
        new WebSocketBytes());
    next.accept(pipeline);
    pipeline.remove(this);
    pipeline.remove(HttpRequestDecoder.class); // hands what it still holds to the frame decoder
  }

  private WebSocketDecoderConfig frames() {
    return WebSocketDecoderConfig.newBuilder()
        .maxFramePayloadLength(maxFrameBytes)
        .expectMaskedFrames(true)
        .allowExtensions(false)
        .withUTF8Validator(false) // text frames are refused anyway
        .closeOnProtocolViolation(false) // WebSocketBytes does, so that there is one close frame
        .build();
  }

  private static FullHttpResponse response(WebSocketRequest.Accepted accepted) {
    FullHttpResponse response = response(HttpResponseStatus.SWITCHING_PROTOCOLS, "");
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accepted.accept())
        .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, accepted.subprotocol());
    return response;
  }

  private static FullHttpResponse response(WebSocketRequest.Refused refused) {
    FullHttpResponse response = response(refused.status(), refused.text() + "\n");
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (refused.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET");
    }
    if (refused.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    return response;
  }

  private static FullHttpResponse response(HttpResponseStatus status, String body) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: closed, {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
