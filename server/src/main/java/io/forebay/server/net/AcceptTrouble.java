package io.forebay.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in one line that accepting failed, most often because the process has no file descriptor
/// left. Netty pauses accepting for a second after each failure, so there are not many of these
/// lines.
final class AcceptTrouble extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptTrouble.class);

  private final String listener;

  AcceptTrouble(String listener) {
    this.listener = listener;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.warn(
        "{} listener could not accept a connection and waits for a second: {}; "
            + "if files are too many, raise the limit of open files (ulimit -n)",
        listener,
        cause.getMessage());
  }
}
