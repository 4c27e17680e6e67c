package io.forebay.server.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggingTest {

  @Test
  void anEventIsOneLineWithTimeAndLevel() {
    assertThat(line("listener mqtt bound", null))
        .isEqualTo("2026-11-22T02:27:11.123Z INFO  listener mqtt bound\n");
  }

  @Test
  void aClientCannotForgeALine() {
    assertThat(line("client a\n2026-11-22T02:27:11.123Z INFO  b\u001b[31m\u202e left", null))
        .isEqualTo(
            "2026-11-22T02:27:11.123Z INFO  client a\\u000a2026-11-22T02:27:11.123Z INFO  b"
                + "\\u001b[31m\\u202e left\n");
  }

  @Test
  void aFaultIsShownWithItsCauseBelowTheLine() {
    Exception fault = new IllegalStateException("a\nb", new RuntimeException("why"));
    assertThat(line("failed", fault).lines())
        .startsWith(
            "2026-11-22T02:27:11.123Z INFO  failed",
            "    java.lang.IllegalStateException: a\\u000ab")
        .contains("    caused by: java.lang.RuntimeException: why")
        .anyMatch(frame -> frame.startsWith("      at " + LoggingTest.class.getName()));
  }

  @Test
  void levelsAreReadPerLogger() {
    assertThat(Logging.parse("io.forebay.mqtt=debug, WARN"))
        .containsEntry("io.forebay.mqtt", "debug")
        .containsEntry("ROOT", "warn")
        .hasSize(2);
    assertThat(Logging.parse("")).isEmpty();
  }

  @Test
  void aLevelThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> Logging.parse("inof"))
        .hasMessageStartingWith("environment FOREBAY_LOG: 'inof' is not a level; use trace");
  }

  private static String line(String message, @Nullable Throwable fault) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(new LoggerContext());
    event.setLevel(Level.INFO);
    event.setMessage(message);
    event.setInstant(Instant.parse("2026-11-22T02:27:11.123Z"));
    if (fault != null) {
      event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(fault));
    }
    return new LineLayout().doLayout(event);
  }
}
