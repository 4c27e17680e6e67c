package io.forebay.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `forebay acl`: the rules that say who may do what.
@Command(
    name = "acl",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Check the rules that say who may do what, and ask them.",
    subcommands = {AclTestCommand.class, AclCheckCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay acl check acl.yaml",
      "  forebay acl test --user bob --publish a/b",
      "  forebay acl test --user bob --group workers --subscribe 'jobs/#'",
    })
public final class AclCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: test or check");
  }
}
