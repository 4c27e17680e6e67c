package io.forebay.server.cli;

import io.forebay.server.logging.Logging;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/// The command `forebay` and the list of all its commands.
@Command(
    name = "forebay",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "An MQTT broker in front of an ordered, durable log.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay serve                                     run a node on loopback",
      "  forebay serve --config forebay.yaml               run it as the file says",
      "  forebay sub -t 'vehicles/#'                       print what comes",
      "  forebay pub -t vehicles/car66/speed -m 87         publish a message",
      "  forebay status                                    figures of a running node",
      "  forebay queue create orders --filter 'orders/#'   a queue that consumers share",
      "  forebay log stat                                  what is in the data directory",
      "  forebay kafka check                               whether nodes can live on a cluster",
      "  forebay user add NAME --file passwords            a user with a password",
      "  forebay acl test --user bob --publish a/b         what a user may do, and why",
      "  forebay config --print                            show every key and its value",
      "  forebay help serve                                more about a command",
    })
public final class ForebayCommand {
  private ForebayCommand() {}

  /// The command line. Exit code 0: done; 1: our fault; 2: the user has to change something.
  ///
  /// @param arguments what was typed; if it begins with a command, the others are left out, because
  ///   to make all of them ready takes longer than most of them run
  public static CommandLine commandLine(RunningNode.Starter starter, String... arguments) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("serve", () -> new ServeCommand(starter));
    commands.put("config", ConfigCommand::new);
    commands.put("pub", PubCommand::new);
    commands.put("sub", SubCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("queue", QueueCommand::new);
    commands.put("log", LogCommand::new);
    commands.put("kafka", KafkaCommand::new);
    commands.put("user", UserCommand::new);
    commands.put("acl", AclCommand::new);
    if (arguments.length > 0) {
      Supplier<Object> typed = commands.get(arguments[0]);
      if (typed != null) {
        commands = Map.of(arguments[0], typed);
      }
    }
    CommandLine forebay = new CommandLine(new ForebayCommand());
    commands.forEach((name, command) -> forebay.addSubcommand(name, command.get()));
    return forebay
        .addSubcommand(new CommandLine.HelpCommand())
        .setExecutionStrategy(ForebayCommand::run)
        .setParameterExceptionHandler(new ArgumentErrors())
        .setExecutionExceptionHandler(new UserErrors());
  }

  private static int run(ParseResult parsed) {
    boolean serve =
        parsed.hasSubcommand() && parsed.subcommand().commandSpec().name().equals("serve");
    @Nullable String levels = System.getenv("FOREBAY_LOG");
    // Others than serve do not start logging just to set it to what it is anyway.
    if (serve || levels != null) {
      try {
        Logging.start(levels, serve ? Level.INFO : Level.WARN);
      } catch (IllegalArgumentException e) {
        return UserErrors.tell(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()));
      }
    }
    return parsed.hasSubcommand()
        ? new CommandLine.RunLast().execute(parsed)
        : withoutCommand(parsed.commandSpec().commandLine(), parsed);
  }

  private static int withoutCommand(CommandLine forebay, ParseResult parsed) {
    if (parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()) {
      return new CommandLine.RunLast().execute(parsed);
    }
    forebay.usage(forebay.getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
