package io.forebay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, 250, 250ms",
    "10s, 10000, 10s",
    "90s, 90000, 90s",
    "15m, 900000, 15m",
    "60m, 3600000, 1h",
    "1h, 3600000, 1h",
    "7d, 604800000, 7d",
    "0, 0, 0",
    "0s, 0, 0",
  })
  void aDurationIsReadAndWritten(String text, long millis, String written) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1.5h", "1 h", "1H", "1w", "999999999999999d"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("use ");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "4096, 4096, 4KiB",
    "100B, 100, 100",
    "16KiB, 16384, 16KiB",
    "1MiB, 1048576, 1MiB",
    "10GiB, 10737418240, 10GiB",
    "2TiB, 2199023255552, 2TiB",
    "1MB, 1000000, 1000000",
    "1000001, 1000001, 1000001",
  })
  void aSizeIsReadAndWritten(String text, long bytes, String written) {
    assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    assertThat(ByteSizes.format(bytes)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5MiB", "1mib", "MiB", "1PiB", "999999999999TiB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> ByteSizes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("use ");
  }

  @ParameterizedTest
  @CsvSource({"prot, port, 1", "port, port, 0", "prt, port, 1", "a, bcd, 3", "poort, port, 1"})
  void theDistanceCountsTypingErrors(String typed, String meant, int errors) {
    assertThat(Nearest.distance(typed, meant)).isEqualTo(errors);
  }
}
