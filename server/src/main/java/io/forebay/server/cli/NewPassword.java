package io.forebay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.security.password.PasswordHash;
import io.forebay.security.password.User;
import io.forebay.security.scram.ScramVerifier;
import java.io.BufferedInputStream;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where a new password comes from. There is no option for the password itself: others on the
/// machine would see it.
final class NewPassword {
  private static final int LONGEST_BYTES = 65_535;

  /// Of the command that these options are mixed into; picocli sets it.
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File whose first line is the password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--password-stdin",
      description =
          "Take the password from the first line of standard input. Without one of these, it is"
              + " FOREBAY_PASSWORD, or asked for.")
  private boolean standardInput;

  @Option(
      names = "--scram",
      description = "Let the user prove the password by SCRAM-SHA-256 as well (MQTT 5).")
  private boolean scram;

  /// The user with the password that is asked for now.
  ///
  /// @param scramBefore whether the user had a SCRAM verifier, which has to follow the password
  User user(String name, Set<String> groups, boolean scramBefore) throws IOException {
    String password = read(name);
    SecureRandom random = new SecureRandom();
    ScramVerifier verifier = scram || scramBefore ? verifier(password, random) : null;
    return new User(name, PasswordHash.of(password.getBytes(UTF_8), random), groups, verifier);
  }

  private ScramVerifier verifier(String password, SecureRandom random) {
    try {
      return ScramVerifier.of(password, random);
    } catch (IllegalArgumentException e) {
      throw wrong("the password " + e.getMessage());
    }
  }

  private String read(String name) throws IOException {
    if (standardInput && passwordFile != null) {
      throw wrong("--password-stdin and --password-file exclude each other");
    }
    String password = given();
    if (password == null) {
      password = ask(name);
    }
    if (password.isEmpty()) {
      throw wrong("the password is empty");
    }
    if (password.getBytes(UTF_8).length > LONGEST_BYTES) {
      throw wrong("the password is longer than MQTT can carry: 65535 bytes");
    }
    return password;
  }

  private @Nullable String given() throws IOException {
    if (standardInput) {
      // Closing it is not ours.
      byte[] line = new Lines(new BufferedInputStream(System.in)).next();
      return text("standard input", line == null ? new byte[0] : line);
    }
    if (passwordFile != null) {
      try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(passwordFile))) {
        byte[] line = new Lines(in).next();
        return text("--password-file " + passwordFile, line == null ? new byte[0] : line);
      } catch (IOException e) {
        throw wrong("cannot read --password-file " + passwordFile + ": " + e);
      }
    }
    return System.getenv("FOREBAY_PASSWORD");
  }

  private String text(String where, byte[] line) {
    int end = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, end)).toString();
    } catch (CharacterCodingException e) {
      throw wrong("the password in " + where + " is not UTF-8 text");
    }
  }

  @SuppressWarnings(
      "SystemConsoleNull") // Since JDK 25 it is null again where there is no terminal.
  private String ask(String name) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw wrong(
          "there is no terminal to ask for the password at; use --password-stdin, --password-file"
              + " or the environment variable FOREBAY_PASSWORD");
    }
    char[] once = asked(console, "Password of " + name + ": ");
    char[] again = asked(console, "Again: ");
    if (!Arrays.equals(once, again)) {
      throw wrong("the two are not the same; nothing was changed");
    }
    return new String(once);
  }

  private static char[] asked(Console console, String prompt) {
    char[] typed = console.readPassword("%s", prompt);
    return typed == null ? new char[0] : typed;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
