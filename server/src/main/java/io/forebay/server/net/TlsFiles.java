package io.forebay.server.net;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The PEM files of a TLS door.
///
/// @param certificate the server's certificate, followed by its intermediates
/// @param key its private key, unencrypted: PKCS#8, PKCS#1 or SEC 1
/// @param clients whose clients are let in; null if they are not asked for a certificate
public record TlsFiles(Path certificate, Path key, @Nullable Clients clients) {

  /// How client certificates are checked.
  ///
  /// @param ca certificates of those who may issue them
  /// @param required whether a client must show one; else it may
  /// @param crl those that were revoked; null if none is asked for
  public record Clients(Path ca, boolean required, @Nullable Path crl) {}
}
