package io.forebay.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates of one TLS door: TLS 1.3 and 1.2 by the JDK, a client certificate required if a
/// client CA is given. Files that change are taken up by [#reload] for new connections; those that
/// are open keep what they have.
final class TlsContext {

  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

  /// Resumable TLS 1.2 sessions held, about 1 KiB each. TLS 1.3 clients hold theirs in their
  /// tickets.
  private static final long SESSION_CACHE_SIZE = 8192;

  private static final long SESSION_SECONDS = 3600;

  private final String listener;
  private final TlsFiles files;
  private Material material;
  private volatile SslContext context;
  private @Nullable String lastTrouble;

  private TlsContext(String listener, TlsFiles files, Material material) throws DoorException {
    this.listener = listener;
    this.files = files;
    this.material = material;
    this.context = material.context();
  }

  /// @param listener for messages
  static TlsContext open(String listener, TlsFiles files) throws DoorException {
    try {
      return new TlsContext(listener, files, Material.read(files));
    } catch (DoorException e) {
      throw new DoorException(listener + " listener: " + e.getMessage(), e);
    }
  }

  /// Called on any event loop.
  SslHandler newHandler(ByteBufAllocator alloc) {
    SslHandler handler = context.newHandler(alloc);
    handler.setHandshakeTimeoutMillis(0); // PreambleDeadline bounds it
    return handler;
  }

  /// Reads the files and compares their content, which finds every change, whatever the file
  /// system's clock says; they are small. Files that are not good leave things as they are and are
  /// told once. Reads from disk, so not for an event loop.
  ///
  /// @return whether the context was replaced
  synchronized boolean reload() {
    try {
      Material now = Material.read(files);
      if (now.equals(material)) {
        lastTrouble = null;
        return false;
      }
      context = now.context();
      material = now;
      lastTrouble = null;
      LOG.info("{} listener: certificate reloaded from {}", listener, files.certificate());
      return true;
    } catch (DoorException e) {
      warnOnce(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void warnOnce(String trouble) {
    if (!trouble.equals(lastTrouble)) {
      LOG.warn("{} listener: the certificate in use is kept: {}", listener, trouble);
      lastTrouble = trouble;
    }
  }

  /// The content of the files at one moment.
  private record Material(PemFile certificate, PemFile key, @Nullable PemFile clientCa) {

    static Material read(TlsFiles files) throws DoorException {
      Path ca = files.clientCa();
      return new Material(
          PemFile.read("certificate", files.certificate()),
          PemFile.read("key", files.key()),
          ca == null ? null : PemFile.read("client-ca", ca));
    }

    SslContext context() throws DoorException {
      List<X509Certificate> chain = certificate.certificates();
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  PrivateKeyFile.read(key, chain.getFirst().getPublicKey()), chain)
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .sessionCacheSize(SESSION_CACHE_SIZE)
              .sessionTimeout(SESSION_SECONDS);
      if (clientCa != null) {
        builder.trustManager(clientCa.certificates()).clientAuth(ClientAuth.REQUIRE);
      }
      try {
        return builder.build();
      } catch (SSLException | IllegalArgumentException e) {
        throw new DoorException(certificate.path() + ": not usable for TLS, " + e.getMessage(), e);
      }
    }
  }
}
