package io.forebay.server.cli;

import io.forebay.security.password.PasswordFiles;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `forebay user delete`.
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Delete a user.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay user delete ann --file passwords",
      "",
      "Exit code: 0 deleted, 2 something has to be changed first.",
    })
final class UserDeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private final UserFileOptions file = new UserFileOptions();

  @Override
  public Integer call() throws IOException {
    file.existing(PasswordFiles.read(file.file()), name);
    file.change(false, users -> users.without(file.existing(users, name).name()));
    return CommandLine.ExitCode.OK;
  }
}
