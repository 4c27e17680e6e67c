package io.forebay.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers the address of the client behind a proxy and lets the next stage in. `LOCAL` (the
/// proxy's own health checks) and `UNKNOWN` keep the address of the socket, as the PROXY protocol
/// demands.
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

  private final Consumer<ChannelPipeline> next;

  ProxyHeader(Consumer<ChannelPipeline> next) {
    super(HAProxyMessage.class);
    this.next = next;
  }

  /// The bytes behind the header follow when this returns: the decoder before us hands them on when
  /// it removes itself.
  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
    if (namesClient(header)) {
      InetAddress address = NetUtil.createInetAddressFromIpAddressString(header.sourceAddress());
      PeerAddress.set(ctx.channel(), new InetSocketAddress(address, header.sourcePort()));
    }
    next.accept(ctx.pipeline());
    ctx.pipeline().remove(this);
  }

  private static boolean namesClient(HAProxyMessage header) {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    return header.command() == HAProxyCommand.PROXY
        && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: closed, {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
