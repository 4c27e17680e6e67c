package io.forebay.server.cli;

import io.forebay.security.password.PasswordFile;
import io.forebay.security.password.PasswordFileException;
import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say which password file is meant.
final class UserFileOptions {
  /// Of the command that these options are mixed into; picocli sets it.
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Password file (default: what the configuration says for security.passwords).")
  private @Nullable Path file;

  @Mixin private final ConfigOptions configuration = new ConfigOptions();

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  Path file() {
    if (file != null) {
      return file;
    }
    // The rest of the configuration is not looked at: the file that it names may not be there yet.
    String configured = configuration.peek("security", "passwords");
    if (configured == null) {
      throw new ParameterException(
          spec.commandLine(),
          "no password file is named: give --file FILE, or set security.passwords in the"
              + " configuration");
    }
    return Path.of(configured);
  }

  /// The user of this name.
  ///
  /// @throws PasswordFileException if it is not there
  User existing(PasswordFile users, String name) throws PasswordFileException {
    User user = users.users().get(name);
    if (user == null) {
      throw new PasswordFileException(
          "there is no user '%s' in %s; add it with: ./forebay user add %s"
              .formatted(name, file(), name));
    }
    return user;
  }

  /// Changes the file.
  void change(boolean create, PasswordFiles.Change change) throws IOException {
    Path file = file();
    PasswordFiles.change(file, create, change);
    if (PasswordFiles.readableByAll(file)) {
      PrintWriter errors = spec.commandLine().getErr();
      errors.println(
          "forebay: " + file + " can be read by everybody on this machine; run: chmod o-r " + file);
      errors.flush();
    }
  }
}
