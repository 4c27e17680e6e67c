package io.forebay.server.cli;

import io.forebay.mqtt.ProtocolVersion;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.TlsOptions;
import io.forebay.server.logging.ControlCharacters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of every command that connects to a broker.
final class ConnectOptions {
  private static final int MAX_KEEP_ALIVE_SECONDS = 65_535;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int RECEIVE_MAXIMUM = 1_000;

  /// Of the command that these options are mixed into; picocli sets it.
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--host"},
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Broker to connect to (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "Its port (default: 1883; 8883 with --tls, 8083 with --ws, 8084 with both).")
  private @Nullable Integer port;

  @Option(
      names = {"-i", "--id"},
      paramLabel = "ID",
      description = "Client id (default: a new one each time).")
  private @Nullable String id;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description = "User name.")
  private @Nullable String user;

  @Option(
      names = {"-P", "--password"},
      paramLabel = "TEXT",
      description = "Password; visible to others on this machine, unlike the next two ways.")
  private @Nullable String password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File whose first line is the password (or set FOREBAY_PASSWORD).")
  private @Nullable Path passwordFile;

  @Option(
      names = {"-V", "--mqtt"},
      paramLabel = "VERSION",
      defaultValue = "5",
      converter = VersionConverter.class,
      description = "MQTT version: 3.1, 3.1.1 or 5 (default: ${DEFAULT-VALUE}).")
  private ProtocolVersion version = ProtocolVersion.V5;

  @Option(
      names = {"-k", "--keep-alive"},
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Longest silence before a ping, 0 for no pings (default: ${DEFAULT-VALUE}).")
  private int keepAliveSeconds = 60;

  @Option(
      names = "--ws",
      paramLabel = "PATH",
      arity = "0..1",
      fallbackValue = "/mqtt",
      description = "Speak MQTT over WebSocket (default path: /mqtt).")
  private @Nullable String webSocketPath;

  @Option(names = "--tls", description = "Encrypt; implied by the options below.")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM file of the authorities to trust (default: those of the JDK).")
  private @Nullable Path ca;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "PEM file of this client's certificate; needs --key.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "PEM file (PKCS#8) of the certificate's private key.")
  private @Nullable Path key;

  @Option(names = "--insecure", description = "Trust any certificate; for trying out only.")
  private boolean insecure;

  @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli asks for the annotation and acts by itself
  private boolean help;

  ProtocolVersion version() {
    return version;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter errors() {
    return spec.commandLine().getErr();
  }

  /// A line on standard error. What a broker said may be in it, so that control characters are
  /// shown and not obeyed.
  void complain(@Nullable String message) {
    errors().println(ControlCharacters.escape(String.valueOf(message)));
    errors().flush();
  }

  boolean namesClient() {
    return id != null;
  }

  /// @param role part of the client id where none was given: `pub`
  /// @throws ParameterException if options contradict each other
  ClientOptions toClientOptions(String role) {
    check();
    return new ClientOptions(
        host,
        port != null ? port : defaultPort(),
        version,
        id != null ? id : newId(role),
        true,
        0,
        keepAliveSeconds,
        RECEIVE_MAXIMUM,
        user,
        readPassword(),
        tlsOptions(),
        webSocketPath,
        null,
        TIMEOUT_MILLIS);
  }

  /// @throws ParameterException if `option` is given and the version is not 5
  void requireVersion5(boolean given, String option) {
    if (given && version != ProtocolVersion.V5) {
      throw wrong(option + " needs MQTT 5 (--mqtt 5)");
    }
  }

  /// What to throw for arguments that make no sense: the command prints it with its usage.
  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void check() {
    if (port != null && (port < 1 || port > 65_535)) {
      throw wrong("--port must be between 1 and 65535, not " + port);
    }
    if (keepAliveSeconds < 0 || keepAliveSeconds > MAX_KEEP_ALIVE_SECONDS) {
      throw wrong("--keep-alive must be between 0 and 65535, not " + keepAliveSeconds);
    }
    if ((certificate == null) != (key == null)) {
      throw wrong("--cert and --key go together");
    }
    if (webSocketPath != null && !webSocketPath.startsWith("/")) {
      throw wrong("--ws path must begin with '/', not '" + webSocketPath + "'");
    }
    if (password != null && passwordFile != null) {
      throw wrong("--password and --password-file exclude each other");
    }
    if (user == null
        && version != ProtocolVersion.V5
        && (password != null || passwordFile != null)) {
      throw wrong("a password needs --user before MQTT 5");
    }
  }

  private int defaultPort() {
    if (webSocketPath != null) {
      return wantsTls() ? 8084 : 8083;
    }
    return wantsTls() ? 8883 : 1883;
  }

  private boolean wantsTls() {
    return tls || insecure || ca != null || certificate != null;
  }

  private @Nullable TlsOptions tlsOptions() {
    return wantsTls() ? new TlsOptions(ca, certificate, key, insecure) : null;
  }

  /// Within the 23 characters that every version and broker takes.
  private static String newId(String role) {
    return "fb-%s-%010x".formatted(role, ThreadLocalRandom.current().nextLong(1L << 40));
  }

  private byte @Nullable [] readPassword() {
    String text = password;
    if (text == null && passwordFile != null) {
      text = firstLine(passwordFile);
    }
    if (text == null && user != null) {
      text = System.getenv("FOREBAY_PASSWORD");
    }
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private String firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw wrong("cannot read --password-file " + file + ": " + e.getMessage());
    }
  }
}
