package io.forebay.server.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// How a client speaks TLS.
///
/// @param ca PEM file of the authorities to trust, null for those of the JDK
/// @param certificate PEM file of the client's own certificate chain, null for none
/// @param key PEM file (PKCS#8) of the certificate's private key, null for none
/// @param insecure trust every certificate, for trying out only
public record TlsOptions(
    @Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean insecure) {

  public TlsOptions {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "a client certificate needs its key, and a key its certificate");
    }
  }

  /// Reads the files.
  ///
  /// @throws ClientException if a file cannot be read or does not hold what it should
  SslContext context() {
    try {
      SslContextBuilder builder = SslContextBuilder.forClient();
      if (insecure) {
        builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm("");
      } else if (ca != null) {
        builder.trustManager(ca.toFile());
      }
      if (certificate != null && key != null) {
        builder.keyManager(certificate.toFile(), key.toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new ClientException(
          "cannot set up TLS from ca=%s, certificate=%s, key=%s: %s"
              .formatted(ca, certificate, key, e.getMessage()),
          e);
    }
  }
}
