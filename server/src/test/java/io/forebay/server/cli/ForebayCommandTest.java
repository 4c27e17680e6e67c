package io.forebay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.server.config.Config;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ForebayCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void serveStartsANodeWithTheConfigurationAndClosesIt() {
    List<String> events = new ArrayList<>();
    int code = run(config -> new Recorded(config, events), "serve", "--set", "node.name=north");
    assertThat(events).containsExactly("start north", "await", "close");
    assertThat(code).isEqualTo(0);
  }

  @Test
  void aPortThatIsTakenIsOneLineAndExitCode2() {
    int code =
        run(
            _ -> {
              throw new BindException("listener mqtt: 127.0.0.1:1883 is in use");
            },
            "serve");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("forebay: listener mqtt: 127.0.0.1:1883 is in use");
  }

  @Test
  void eachConfigurationErrorIsOneLineAndTheExitCodeIs2() {
    int code =
        run(config -> new Recorded(config, List.of()), "serve", "--set", "a=1", "--set", "b\n=1");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(line -> line.startsWith("forebay: "));
  }

  @Test
  void aFaultOfOursHasAStackTraceAndExitCode1() {
    int code =
        run(
            _ -> {
              throw new IllegalStateException("broken");
            },
            "serve");
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("IllegalStateException: broken", "\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "config"})
  void everyCommandHelpsWithExamples(String command) {
    assertThat(run(config -> new Recorded(config, List.of()), command, "--help")).isEqualTo(0);
    assertThat(out.toString()).contains("Usage: forebay " + command, "Examples:");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run(config -> new Recorded(config, List.of()), "--version")).isEqualTo(0);
    assertThat(out.toString()).matches("forebay \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\\R");
  }

  @Test
  void withoutACommandTheUsageIsShownAndTheExitCodeIs2() {
    assertThat(run(config -> new Recorded(config, List.of()))).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: forebay");
  }

  @Test
  void configPrintsWhatIsInEffect() {
    int code =
        run(config -> new Recorded(config, List.of()), "config", "--print", "--set", "node.name=x");
    assertThat(code).isEqualTo(0);
    assertThat(out.toString()).contains("  name: x  # --set node.name=x");
  }

  private int run(RunningNode.Starter starter, String... arguments) {
    CommandLine commandLine = ForebayCommand.commandLine(starter, arguments);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private record Recorded(String name, List<String> events) implements RunningNode {
    Recorded(Config config, List<String> events) {
      this(config.node().name(), events);
      events.add("start " + name);
    }

    @Override
    public void await() {
      events.add("await");
    }

    @Override
    public void close() {
      events.add("close");
    }
  }
}
