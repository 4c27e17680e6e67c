package io.forebay.server.net;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The content of a door's TLS files at one moment.
///
/// @param clientCa null if clients are not asked for a certificate
/// @param crl null if revocation is not asked for
record TlsMaterial(
    TlsFiles files,
    PemFile certificate,
    PemFile key,
    @Nullable PemFile clientCa,
    @Nullable PemFile crl) {

  /// Resumable TLS 1.2 sessions held, about 1 KiB each. TLS 1.3 clients hold theirs in their
  /// tickets.
  private static final long SESSION_CACHE_SIZE = 8192;

  private static final long SESSION_SECONDS = 3600;

  /// All of TLS 1.3, and of TLS 1.2 what has forward secrecy and authenticated encryption.
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  static TlsMaterial read(TlsFiles files) throws DoorException {
    TlsFiles.Clients clients = files.clients();
    return new TlsMaterial(
        files,
        PemFile.read("certificate", files.certificate()),
        PemFile.read("key", files.key()),
        clients == null ? null : PemFile.read("client-ca", clients.ca()),
        clients == null || clients.crl() == null ? null : PemFile.read("crl", clients.crl()));
  }

  /// The files that have another content than these had.
  List<Path> changedSince(TlsMaterial before) {
    List<Path> changed = new ArrayList<>();
    addIfChanged(changed, certificate, before.certificate);
    addIfChanged(changed, key, before.key);
    addIfChanged(changed, clientCa, before.clientCa);
    addIfChanged(changed, crl, before.crl);
    return changed;
  }

  private static void addIfChanged(
      List<Path> changed, @Nullable PemFile now, @Nullable PemFile before) {
    if (now != null && !now.equals(before) && !changed.contains(now.path())) {
      changed.add(now.path());
    }
  }

  /// Null if clients are not asked for a certificate.
  @Nullable ClientTrust clientTrust() throws DoorException {
    return clientCa == null
        ? null
        : new ClientTrust(clientCa.certificates(), crl == null ? null : crl.crls());
  }

  /// With tickets and sessions of its own: what was resumable before is not with this one, so that
  /// nobody comes in by a session from before its certificate was revoked.
  SslContext context(@Nullable ClientTrust trust) throws DoorException {
    List<X509Certificate> chain = certificate.certificates();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  PrivateKeyFile.read(key, chain.getFirst().getPublicKey()), chain)
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
              .sessionCacheSize(SESSION_CACHE_SIZE)
              .sessionTimeout(SESSION_SECONDS);
      if (trust != null) {
        builder.trustManager(trust.trustManager()).clientAuth(clientAuth());
      }
      return builder.build();
    } catch (SSLException | GeneralSecurityException | IllegalArgumentException e) {
      throw new DoorException(certificate.path() + ": not usable for TLS, " + e.getMessage(), e);
    }
  }

  private ClientAuth clientAuth() {
    TlsFiles.Clients clients = files.clients();
    return clients == null || clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
  }
}
