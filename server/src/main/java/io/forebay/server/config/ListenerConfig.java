package io.forebay.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A section of `listeners`.
///
/// @param certificate never null in a TLS listener that is enabled
/// @param key never null in a TLS listener that is enabled
/// @param clientCa if there, clients show a certificate that it signed
public record ListenerConfig(
    @Doc("Whether this listener is opened.") boolean enabled,
    @Doc("Address to listen on: IPv4, IPv6 or a host name of this machine.") String bind,
    @Doc("Port, 0 to 65535. 0: a free one, which the start-up line names.") int port,
    @Doc("Path of the WebSocket.") String path,
    @Doc("Certificate chain, a PEM file.") @Nullable Path certificate,
    @Doc("Private key of the certificate, a PEM file (PKCS#8).") @Nullable Path key,
    @Doc(
            "CA certificates, a PEM file. If set, clients show a certificate of theirs; see"
                + " client-auth.")
        @Nullable Path clientCa,
    @Doc("Whether a client must show a certificate of client-ca, or may: required or optional.")
        ClientAuth clientAuth,
    @Doc("Revoked client certificates: a file of CRLs in PEM, of the CAs in client-ca.")
        @Nullable Path crl,
    @Doc("Expect a PROXY protocol header (v1 or v2) of a load balancer on every connection.")
        boolean proxyProtocol,
    @Doc("Connections that the kernel may keep waiting to be accepted.") int backlog,
    @Doc("Connections that are accepted a second; more wait in the backlog.") Rate acceptRate,
    @Doc("Connections through this listener at a time. 0: only limits.connections counts.")
        int connections) {

  /// Whether clients have to show a certificate.
  public enum ClientAuth {
    REQUIRED,
    OPTIONAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ListenerConfig {
    bind = withoutBrackets(bind);
    Check.range("port", port, 0, 65535);
    Check.that(
        path.startsWith("/") && path.matches("[!-~&&[^?#]]+"),
        "path",
        "'" + path + "' is not the path of a URL",
        "use one like /mqtt");
    Check.range("backlog", backlog, 1, 1 << 20);
    Check.range("connections", connections, 0, Integer.MAX_VALUE);
    Check.that(
        crl == null || clientCa != null,
        "crl",
        "revokes nothing without client-ca",
        "give client-ca, or remove the key");
    if (enabled) {
      resolve(bind);
      checkReadable("certificate", certificate);
      checkReadable("key", key);
      checkReadable("client-ca", clientCa);
      checkReadable("crl", crl);
    }
  }

  static ListenerConfig on(int port) {
    return usual(true, port);
  }

  static ListenerConfig off(int port) {
    return usual(false, port);
  }

  private static ListenerConfig usual(boolean enabled, int port) {
    return new ListenerConfig(
        enabled,
        "127.0.0.1",
        port,
        "/mqtt",
        null,
        null,
        null,
        ClientAuth.REQUIRED,
        null,
        false,
        4096,
        Rate.UNLIMITED,
        0);
  }

  /// Where to bind to.
  public InetSocketAddress address() {
    return new InetSocketAddress(resolve(bind), port);
  }

  /// Whether only this machine can reach it.
  public boolean loopback() {
    return resolve(bind).isLoopbackAddress();
  }

  boolean collidesWith(ListenerConfig other) {
    return enabled && other.enabled && port != 0 && port == other.port && bind.equals(other.bind);
  }

  private static String withoutBrackets(String bind) {
    boolean bracketed = bind.startsWith("[") && bind.endsWith("]");
    return bracketed ? bind.substring(1, bind.length() - 1) : bind;
  }

  private static InetAddress resolve(String bind) {
    // getByName takes the empty name for the loopback address; nobody means that by it.
    Check.that(!bind.isBlank(), "bind", "is empty", "use an address such as 127.0.0.1 or ::1");
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new ConfigException(
          "bind",
          "'" + bind + "' is no address and no host name that resolves",
          "use one such as 127.0.0.1, ::1 or 0.0.0.0");
    }
  }

  private static void checkReadable(String key, @Nullable Path file) {
    Check.that(
        file == null || (Files.isRegularFile(file) && Files.isReadable(file)),
        key,
        file + " is not a file that can be read",
        "give the path of a PEM file; a relative path starts at the working directory");
  }
}
