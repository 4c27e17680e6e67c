package io.forebay.server.cli;

import io.forebay.security.acl.Acl;
import io.forebay.security.acl.RuleSet;
import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import io.forebay.server.config.SecurityConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which rules are meant.
final class AclSource {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The rules. Without it, what a node with this configuration would go by.")
  private @Nullable Path file;

  @Option(
      names = "--passwords",
      paramLabel = "FILE",
      description = "Password file that says the user's groups (default: as configured, if it is).")
  private @Nullable Path passwords;

  @Mixin private ConfigOptions options = new ConfigOptions();

  /// Who decides; null if nothing restricts anybody.
  @Nullable Acl acl() throws IOException {
    if (file != null) {
      return of(file);
    }
    SecurityConfig security = options.load().config().security();
    Path configured = security.acl();
    if (configured != null) {
      return of(configured);
    }
    return security.checksCredentials() ? Acl.standard() : null;
  }

  /// The groups that a password file puts this user in.
  Set<String> groups(String user) throws IOException {
    Path users = passwords;
    if (users == null) {
      // The rest of the configuration is not looked at, as with --file it does not matter.
      String configured = options.peek("security", "passwords");
      users = configured == null ? null : Path.of(configured);
    }
    User known = users == null ? null : PasswordFiles.read(users).users().get(user);
    return known == null ? Set.of() : known.groups();
  }

  private static Acl of(Path file) throws IOException {
    return new Acl(RuleSet.parse(read(file), file.toString()));
  }

  /// @throws IOException with words for the user
  static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": is not UTF-8; save the file as UTF-8", e);
    }
  }
}
