package io.forebay.server.net;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate authority of one test, its files and its clients.
final class Certificates {

  private static final char[] PASSWORD = "unused".toCharArray();

  final X509Bundle authority;
  private final Path dir;

  Certificates(Path dir) throws Exception {
    this(dir, "authority");
  }

  Certificates(Path dir, String name) throws Exception {
    this.dir = dir;
    this.authority =
        new CertificateBuilder()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  X509Bundle issue(String name, CertificateBuilder.Algorithm algorithm) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .algorithm(algorithm)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  X509Bundle issue(String name) throws Exception {
    return issue(name, CertificateBuilder.Algorithm.ecp256);
  }

  TlsFiles server(String name) throws Exception {
    return write(issue(name), null);
  }

  /// A server that demands certificates of this authority.
  TlsFiles mutual(String name) throws Exception {
    return write(issue(name), new TlsFiles.Clients(authorityFile(), true, null));
  }

  /// A server that asks for certificates of this authority, and whether they are revoked.
  TlsFiles mutual(String name, boolean required, @Nullable Path crl) throws Exception {
    return write(issue(name), new TlsFiles.Clients(authorityFile(), required, crl));
  }

  private Path authorityFile() throws Exception {
    return file("ca.pem", authority.getCertificatePEM());
  }

  TlsFiles write(X509Bundle bundle, TlsFiles.@Nullable Clients clients) throws Exception {
    return new TlsFiles(
        file("server.pem", bundle.getCertificatePathPEM()),
        file("server.key", bundle.getPrivateKeyPEM()),
        clients);
  }

  /// A list that is in force and names these.
  Path crl(X509Bundle... revoked) throws Exception {
    Instant now = Instant.now();
    return file("crl.pem", crl(now.minusSeconds(3600), now.plusSeconds(3600), revoked));
  }

  /// What this authority says it has revoked, in PEM.
  String crl(Instant from, Instant to, X509Bundle... revoked) throws Exception {
    JcaX509v2CRLBuilder list =
        new JcaX509v2CRLBuilder(
            authority.getCertificate().getSubjectX500Principal(), Date.from(from));
    list.setNextUpdate(Date.from(to));
    for (X509Bundle each : revoked) {
      list.addCRLEntry(each.getCertificate().getSerialNumber(), Date.from(from), 0);
    }
    byte[] der =
        list.build(
                new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(authority.getKeyPair().getPrivate()))
            .getEncoded();
    return "-----BEGIN X509 CRL-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END X509 CRL-----\n";
  }

  Path file(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name), content);
  }

  /// Trusts this authority, and shows the certificate if there is one.
  SSLContext clientContext(@Nullable X509Bundle shown) throws Exception {
    return clientContext(shown, authority.toTrustManagerFactory().getTrustManagers());
  }

  SSLContext clientContext(@Nullable X509Bundle shown, TrustManager[] trust) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager @Nullable [] keys = shown == null ? null : keyManagers(shown);
    context.init(keys, trust, null);
    return context;
  }

  private static KeyManager[] keyManagers(X509Bundle bundle) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setKeyEntry(
        "client", bundle.getKeyPair().getPrivate(), PASSWORD, bundle.getCertificatePath());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  RawClient connect(Door door) throws Exception {
    return new RawClient(handshake(clientContext(null), House.connect(door).socket));
  }

  RawClient connect(Door door, @Nullable X509Bundle shown) throws Exception {
    return new RawClient(handshake(clientContext(shown), House.connect(door).socket));
  }

  RawClient overTls(RawClient plain) throws Exception {
    return new RawClient(handshake(clientContext(null), plain.socket));
  }

  static SSLSocket handshake(SSLContext context, Socket plain, String... protocols)
      throws Exception {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, true);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }
}
