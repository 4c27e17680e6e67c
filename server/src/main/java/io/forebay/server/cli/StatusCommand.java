package io.forebay.server.cli;

import io.forebay.core.message.Qos;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.server.client.Answers;
import io.forebay.server.client.ClientException;
import io.forebay.server.client.ClientOptions;
import io.forebay.server.client.EventLoops;
import io.forebay.server.client.MqttClient;
import io.forebay.server.logging.ControlCharacters;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `forebay status`: what a running broker tells of itself in its `$SYS` topics.
@Command(
    name = "status",
    sortOptions = false,
    description = {
      "Show connections, messages, bytes and subscriptions of a running broker.",
      "It asks over MQTT ($SYS/broker/#), so it works with other brokers too. Rates are averages",
      "since the broker's start."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  forebay status",
      "  forebay status -p 1884",
      "  forebay status -h broker.example.com --tls -u admin --password-file pw",
      "  forebay status --json | jq '.\"clients/connected\"'",
      "",
      "Exit code: 0 shown, 1 not connected or the broker tells nothing, 2 wrong arguments."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofMillis(300);

  @Option(names = "--json", description = "One JSON object with every value.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Override
  public Integer call() throws InterruptedException {
    ClientOptions options = connect.toClientOptions("status");
    PrintWriter out = connect.out();
    try (EventLoops loops = EventLoops.create(1)) {
      print(new StatusReport(options.broker(), ask(loops, options)), out);
      return 0;
    } catch (ClientException e) {
      connect.complain(e.getMessage());
      return 1;
    } finally {
      out.flush();
    }
  }

  private static SortedMap<String, String> ask(EventLoops loops, ClientOptions options)
      throws InterruptedException {
    SysValues listener = new SysValues();
    MqttClient client = Answers.await(MqttClient.connect(loops, options, listener));
    Suback answer =
        Answers.await(
            client.subscribe(
                0,
                List.of(
                    new Subscribe.Entry(
                        SysValues.PREFIX + "#", Qos.AT_MOST_ONCE, false, false, 0))));
    boolean refused = answer.reasons().getFirst().failure();
    SortedMap<String, String> values = listener.collect(QUIET, refused ? Duration.ZERO : LIMIT);
    client.disconnect().join();
    if (values.isEmpty()) {
      throw new ClientException(
          options.broker()
              + " tells nothing under $SYS/broker/; does it have these topics, and may this user"
              + " read them?");
    }
    return values;
  }

  private void print(StatusReport report, PrintWriter out) {
    if (json) {
      out.println(report.json());
    } else {
      report.table().stream().map(ControlCharacters::escape).forEach(out::println);
    }
  }
}
