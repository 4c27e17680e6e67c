package io.forebay.server.cli;

import io.forebay.security.acl.Acl;
import io.forebay.security.acl.RuleSet;
import io.forebay.server.config.SecurityConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
