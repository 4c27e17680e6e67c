package io.forebay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a stream of bytes out of WebSocket frames, and binary frames out of buffers. How the
/// client cuts its packets into frames means nothing (MQTT 5 §6: a packet may span frames, a frame
/// may hold several); anything but binary data ends the connection ([MQTT-6.0.0-1]).
final class WebSocketBytes extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger(WebSocketBytes.class);

  /// A close frame was sent: no data may follow it (RFC 6455 §5.5.1).
  private boolean closing;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    WebSocketFrame frame = (WebSocketFrame) msg;
    if (closing) {
      frame.release();
      return;
    }
    switch (frame) {
      case BinaryWebSocketFrame _, ContinuationWebSocketFrame _ -> pass(ctx, frame.content());
      case PingWebSocketFrame _ -> pong(ctx, frame.content());
      case PongWebSocketFrame _ -> frame.release();
      case CloseWebSocketFrame _ -> sayGoodbye(ctx, frame);
      default -> {
        frame.release();
        sayGoodbye(ctx, new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE));
      }
    }
  }

  private static void pass(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (bytes.isReadable()) {
      ctx.fireChannelRead(bytes);
    } else {
      bytes.release();
    }
  }

  /// A client that sends pings but does not read gets no pong: they would pile up.
  private static void pong(ChannelHandlerContext ctx, ByteBuf echo) {
    if (ctx.channel().isWritable()) {
      ctx.writeAndFlush(new PongWebSocketFrame(echo));
    } else {
      echo.release();
    }
  }

  private void sayGoodbye(ChannelHandlerContext ctx, WebSocketFrame closeFrame) {
    closing = true;
    ctx.writeAndFlush(closeFrame).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (closing) {
      ReferenceCountUtil.release(msg);
      promise.setFailure(new ClosedChannelException());
    } else if (msg instanceof ByteBuf bytes && bytes.isReadable()) {
      ctx.write(new BinaryWebSocketFrame(bytes), promise);
    } else {
      ctx.write(msg, promise);
    }
  }

  /// Does not wait until the close frame is sent: a client that does not read must not keep us
  /// open.
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!closing && ctx.channel().isActive()) {
      closing = true;
      ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }
    ctx.close(promise);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof CorruptedWebSocketFrameException broken)) {
      ctx.fireExceptionCaught(cause);
    } else if (!closing) {
      LOG.debug("{}: closed, {}", ctx.channel(), broken.toString());
      sayGoodbye(ctx, new CloseWebSocketFrame(broken.closeStatus()));
    }
  }
}
