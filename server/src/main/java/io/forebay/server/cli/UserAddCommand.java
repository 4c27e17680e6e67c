package io.forebay.server.cli;

import io.forebay.security.password.PasswordFile;
import io.forebay.security.password.PasswordFileException;
import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `forebay user add`.
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Add a user. The password file is made if it is not there.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay user add ann --file passwords",
      "  forebay user add car66 --group cars --group test --scram --file passwords",
      "  pwgen -s 24 1 | tee pw.txt | forebay user add car66 --password-stdin",
      "",
      "Exit code: 0 added, 2 something has to be changed first.",
    })
final class UserAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Option(
      names = {"-g", "--group"},
      paramLabel = "GROUP",
      description = "A group that the user is in. Can be repeated.")
  private final Set<String> groups = new LinkedHashSet<>();

  @Mixin private final NewPassword password = new NewPassword();
  @Mixin private final UserFileOptions file = new UserFileOptions();

  @Override
  public Integer call() throws IOException {
    // All that can be wrong is told before a password is asked for.
    try {
      User.checkNames(name, groups);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    if (Files.exists(file.file())) {
      checkNew(PasswordFiles.read(file.file()));
    }
    User user = password.user(name, groups, false);
    file.change(true, before -> checkNew(before).with(user));
    return CommandLine.ExitCode.OK;
  }

  private PasswordFile checkNew(PasswordFile users) throws PasswordFileException {
    if (users.users().containsKey(name)) {
      throw new PasswordFileException(
          "user '%s' is in %s already; change the password with: ./forebay user passwd %s"
              .formatted(name, file.file(), name));
    }
    return users;
  }
}
