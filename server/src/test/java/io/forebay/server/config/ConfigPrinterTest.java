package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPrinterTest {
  @TempDir Path folder;

  @Test
  void whatIsPrintedLoadsAsTheSame() throws IOException {
    Path pem = Files.writeString(folder.resolve("a \"b\": #c.pem"), "");
    List<String> sets =
        List.of(
            "listeners.mqtts.certificate=" + pem,
            "listeners.mqtts.key=" + pem,
            "listeners.mqtt.bind=::1",
            "listeners.ws.enabled=false",
            "node.name=null",
            "node.data=back\\slash\ttab",
            "streams.a.b.retain-for=90s",
            "streams.null.retain-size=1000001",
            "limits.session-expiry=never");
    EffectiveConfig printed = ConfigLoader.explain(null, Map.of(), sets);
    Path file = Files.writeString(folder.resolve("f.yaml"), printed.toYaml());

    assertThat(ConfigLoader.load(file, Map.of(), List.of())).isEqualTo(printed.config());
  }

  @Test
  void everyKeyHasItsDocAboveAndItsOriginBehind() throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), "limits: { inflight: 7 }\n");
    String yaml =
        ConfigLoader.explain(
                file, Map.of("FOREBAY_LIMITS_SESSIONS", "8"), List.of("limits.subscriptions=9"))
            .toYaml();

    assertThat(yaml.lines())
        .contains(
            "  # Subscriptions of one client.",
            "  inflight: 7  # " + file + ":1:21",
            "  sessions: 8  # environment FOREBAY_LIMITS_SESSIONS",
            "  subscriptions: 9  # --set limits.subscriptions=9",
            "  topic-aliases: 64  # default");
  }
}
