package io.forebay.it;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/// A certificate authority of one test, and the settings of a listener with its certificate. In the
/// folder are `authority.pem`, `server.pem` and `server.key`.
public final class TestAuthority {
  private final Path dir;
  private final X509Bundle authority;

  public TestAuthority(Path dir) throws Exception {
    this.dir = dir;
    authority =
        new CertificateBuilder()
            .subject("CN=authority of a test")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle server =
        new CertificateBuilder()
            .subject("CN=server")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    Files.writeString(dir.resolve("authority.pem"), authority.getCertificatePathPEM());
    Files.writeString(dir.resolve("server.pem"), server.getCertificatePathPEM());
    Files.writeString(dir.resolve("server.key"), server.getPrivateKeyPEM());
  }

  public String[] listener(String name, String... more) {
    String listener = "listeners." + name;
    String[] settings = new String[more.length + 3];
    settings[0] = listener + ".port=0";
    settings[1] = listener + ".certificate=" + dir.resolve("server.pem");
    settings[2] = listener + ".key=" + dir.resolve("server.key");
    System.arraycopy(more, 0, settings, 3, more.length);
    return settings;
  }

  /// Of a client that trusts it.
  public SSLContext client(String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance(protocol);
    context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
    return context;
  }
}
