package io.forebay.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// `2026-11-22T02:27:11.123Z INFO listener mqtt bound`: one line per event, and indented lines
/// below it for the stack trace of a fault.
public final class LineLayout extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(6 - level.length()));
    line.append(ControlCharacters.escape(event.getFormattedMessage())).append('\n');
    trace(event.getThrowableProxy(), "", line);
    return line.toString();
  }

  private static void trace(IThrowableProxy fault, String title, StringBuilder out) {
    if (fault == null || fault.isCyclic()) {
      return;
    }
    out.append("    ").append(title).append(fault.getClassName());
    if (fault.getMessage() != null) {
      out.append(": ").append(ControlCharacters.escape(fault.getMessage()));
    }
    out.append('\n');
    StackTraceElementProxy[] frames = fault.getStackTraceElementProxyArray();
    for (int i = 0; i < frames.length - fault.getCommonFrames(); i++) {
      out.append("      ").append(frames[i].getSTEAsString()).append('\n');
    }
    for (IThrowableProxy suppressed : fault.getSuppressed()) {
      trace(suppressed, "suppressed: ", out);
    }
    trace(fault.getCause(), "caused by: ", out);
  }
}
