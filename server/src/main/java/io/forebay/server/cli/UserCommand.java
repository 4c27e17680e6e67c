package io.forebay.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay user`: the users of a password file.
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Add, change, delete and list the users of a password file.",
      "The file is the one that the configuration names (security.passwords), or --file. A running",
      "node takes up changes within five seconds."
    },
    subcommands = {
      UserAddCommand.class,
      UserPasswdCommand.class,
      UserDeleteCommand.class,
      UserListCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay user add ann --group sensors --file passwords",
      "  forebay user passwd ann --file passwords",
      "  forebay user list --file passwords",
      "  forebay user delete ann --file passwords",
      "  forebay serve --set security.passwords=passwords",
    })
final class UserCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: add, passwd, delete or list");
  }
}
