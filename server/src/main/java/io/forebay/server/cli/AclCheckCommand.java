package io.forebay.server.cli;

import io.forebay.security.acl.RuleSet;
import io.forebay.server.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `forebay acl check`: says all that is wrong with rules.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Check a file with rules without starting a node.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay acl check acl.yaml",
      "  forebay acl check --config forebay.yaml           the file that security.acl names",
      "",
      "Exit code: 0 it can be used, 2 something has to be changed.",
    })
public final class AclCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Default: what security.acl names.")
  private @Nullable Path file;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() throws IOException {
    Path checked = file == null ? configured(options.load().config()) : file;
    RuleSet rules = RuleSet.parse(AclSource.read(checked), checked.toString());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonWriter answer = new JsonWriter().beginObject().name("file").value(checked.toString());
      out.println(answer.name("rules").value(rules.size()).endObject());
    } else {
      out.println(checked + ": " + rules.size() + " rules, nothing is wrong with them");
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private Path configured(Config config) {
    Path acl = config.security().acl();
    if (acl == null) {
      throw new ParameterException(
          spec.commandLine(), "give a FILE: the configuration names none (security.acl)");
    }
    return acl;
  }
}
