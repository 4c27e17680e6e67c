package io.forebay.server.net;

import io.netty.pkitesting.X509Bundle;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// A client that trusts every server and counts how often it was asked to: not at all when a
/// session is resumed.
final class CountingTrust extends X509ExtendedTrustManager {
  private final Certificates certificates;
  SSLContext context;
  int asked;

  CountingTrust(Certificates certificates) throws Exception {
    this.certificates = certificates;
    context = context(null);
  }

  /// A client that has met nobody yet, in [#context] as well.
  SSLContext context(@Nullable X509Bundle shown) throws Exception {
    context = certificates.clientContext(shown, new TrustManager[] {this});
    return context;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    asked++;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    asked++;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    asked++;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
