package io.forebay.server.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// The certificate a client showed, already verified against the door's client CA.
public final class ClientCertificate {

  private ClientCertificate() {}

  /// Null without TLS, or if the client showed no certificate. Called on the channel's event loop.
  public static @Nullable X509Certificate of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return null;
    }
    try {
      return (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }
}
