package io.forebay.bench.crowd;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// What the JVM says about its memory and its pauses.
final class Jvm {
  private static final Pattern SAFEPOINT =
      Pattern.compile("\\[([0-9.]+)s].*Safepoint \"(\\w+)\".* Total: *(\\d+) ns");
  private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  /// All threads stood still.
  ///
  /// @param atSeconds since the start of the JVM
  record Pause(double atSeconds, String reason, long nanos) {}

  /// @param bytesOfAll of all instances that are alive
  record ClassRow(String name, long instances, long bytesOfAll) {}

  private Jvm() {}

  /// Writes every pause to a file from now on.
  static void logPauses(Path file) {
    command("vmLog", "output=" + file, "what=safepoint=info", "decorators=uptime");
  }

  static List<Pause> pauses(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .map(SAFEPOINT::matcher)
          .filter(Matcher::find)
          .map(
              line ->
                  new Pause(
                      Double.parseDouble(line.group(1)),
                      line.group(2),
                      Long.parseLong(line.group(3))))
          .toList();
    }
  }

  /// Collects all that is dead, and counts the rest.
  static List<ClassRow> histogram() {
    return command("gcClassHistogram")
        .lines()
        .map(CLASS::matcher)
        .filter(Matcher::matches)
        .map(
            line ->
                new ClassRow(
                    line.group(3), Long.parseLong(line.group(1)), Long.parseLong(line.group(2))))
        .toList();
  }

  static long heapCommittedBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
  }

  /// Pages of the process that are in memory; 0 where the system does not say.
  static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    }
  }

  static String flags() {
    return String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  static double uptimeSeconds() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
  }

  private static String command(String name, String... arguments) {
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      Object answer =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  commands,
                  name,
                  new Object[] {arguments},
                  new String[] {String[].class.getName()});
      return String.valueOf(answer);
    } catch (JMException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "the JVM does not know its command %s", name), e);
    }
  }
}
