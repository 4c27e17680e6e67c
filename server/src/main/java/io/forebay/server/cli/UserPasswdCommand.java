package io.forebay.server.cli;

import io.forebay.security.password.PasswordFiles;
import io.forebay.security.password.User;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `forebay user passwd`.
@Command(
    name = "passwd",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Give a user another password. Groups stay, and so does SCRAM if the user had it.",
      "Clients that are connected stay connected."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay user passwd ann --file passwords",
      "  forebay user passwd car66 --scram --password-file car66.txt",
      "",
      "Exit code: 0 changed, 2 something has to be changed first.",
    })
final class UserPasswdCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private final NewPassword password = new NewPassword();
  @Mixin private final UserFileOptions file = new UserFileOptions();

  @Override
  public Integer call() throws IOException {
    User before = file.existing(PasswordFiles.read(file.file()), name);
    User changed = password.user(name, before.groups(), before.scram() != null);
    file.change(
        false,
        users ->
            users.with(
                // The groups may have changed while the password was typed.
                new User(
                    name, changed.hash(), file.existing(users, name).groups(), changed.scram())));
    return CommandLine.ExitCode.OK;
  }
}
