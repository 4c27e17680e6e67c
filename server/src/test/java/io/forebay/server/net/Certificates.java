package io.forebay.server.net;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A certificate authority of one test, its files and its clients.
final class Certificates {

  private static final char[] PASSWORD = "unused".toCharArray();

  final X509Bundle authority;
  private final Path dir;

  Certificates(Path dir) throws Exception {
    this.dir = dir;
    this.authority =
        new CertificateBuilder()
            .subject("CN=authority")
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

  /// A server that asks for certificates of this authority.
  TlsFiles mutual(String name) throws Exception {
    return write(issue(name), file("ca.pem", authority.getCertificatePEM()));
  }

  TlsFiles write(X509Bundle bundle, @Nullable Path clientCa) throws Exception {
    return new TlsFiles(
        file("server.pem", bundle.getCertificatePathPEM()),
        file("server.key", bundle.getPrivateKeyPEM()),
        clientCa);
  }

  Path file(String name, String content) throws Exception {
    return Files.writeString(dir.resolve(name), content);
  }

  /// Trusts this authority, and shows the certificate if there is one.
  SSLContext clientContext(@Nullable X509Bundle shown) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager @Nullable [] keys = shown == null ? null : keyManagers(shown);
    context.init(keys, authority.toTrustManagerFactory().getTrustManagers(), null);
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
