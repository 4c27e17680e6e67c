package io.forebay.bench.crowd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Prints what was measured.
final class Report {
  private static final int CLASSES = 45;

  private final int clients;
  private final Path pauseLog;
  private final Map<String, Long> bytesBefore = new HashMap<>();
  private long beganNanos = System.nanoTime();
  private long heapBefore;
  private long residentBefore;
  private double measuredFrom;
  private long receivedBefore;

  Report(int clients, Path pauseLog) {
    this.clients = clients;
    this.pauseLog = pauseLog;
  }

  void before() throws IOException {
    for (Jvm.ClassRow row : Jvm.histogram()) {
      bytesBefore.put(row.name(), row.bytesOfAll());
      heapBefore += row.bytesOfAll();
    }
    residentBefore = Jvm.residentBytes();
    beganNanos = System.nanoTime();
  }

  /// All are connected, and nothing was sent to them yet.
  void joined(Crowd crowd) throws IOException {
    double took = (System.nanoTime() - beganNanos) / 1e9;
    System.out.printf(
        "connected  %,d in %.1f s, %,.0f a second%n",
        crowd.connected(), took, crowd.connected() / took);
    memory("idle");
  }

  private void memory(String when) throws IOException {
    List<Jvm.ClassRow> rows = Jvm.histogram();
    long heap = rows.stream().mapToLong(Jvm.ClassRow::bytesOfAll).sum();
    long resident = Jvm.residentBytes();
    long outside = resident - Jvm.heapCommittedBytes();
    System.out.printf(
        "%-10s heap %,d MiB live, %,.0f bytes per connection; resident %,d MiB (%,d before),"
            + " of it outside the heap at least %,d MiB%n",
        when,
        heap >> 20,
        (double) (heap - heapBefore) / clients,
        resident >> 20,
        residentBefore >> 20,
        outside >> 20);
    rows.stream()
        .map(row -> new Jvm.ClassRow(row.name(), row.instances(), grown(row)))
        .filter(row -> row.bytesOfAll() >= clients)
        .sorted(Comparator.comparingLong(Jvm.ClassRow::bytesOfAll).reversed())
        .limit(CLASSES)
        .forEach(
            row ->
                System.out.printf(
                    "  %7.1f  %s%n", (double) row.bytesOfAll() / clients, row.name()));
  }

  private long grown(Jvm.ClassRow row) {
    return row.bytesOfAll() - bytesBefore.getOrDefault(row.name(), 0L);
  }

  /// What comes from now on is measured.
  void begin(Crowd crowd) {
    crowd.latency();
    receivedBefore = crowd.received();
    measuredFrom = Jvm.uptimeSeconds();
    beganNanos = System.nanoTime();
    Jvm.logPauses(pauseLog);
  }

  void end(Crowd crowd, Traffic traffic, int held) throws IOException {
    double took = (System.nanoTime() - beganNanos) / 1e9;
    double until = Jvm.uptimeSeconds();
    long received = crowd.received() - receivedBefore;
    System.out.printf(
        "messages   %,d of %,d arrived, %,.0f a second for %.1f s; acknowledged %,d; %,d MB to"
            + " clients; generator late by %.1f ms at the worst%n",
        crowd.received(),
        traffic.sent(),
        received / took,
        took,
        crowd.acknowledged(),
        crowd.bytesToClients() / 1_000_000,
        traffic.behindNanos() / 1e6);
    latency(crowd.latency());
    pauses(
        Jvm.pauses(pauseLog).stream()
            .filter(each -> each.atSeconds() >= measuredFrom && each.atSeconds() <= until)
            .toList());
    memory("after");
    System.out.printf("clients    %,d held, first trouble: %s%n", held, crowd.trouble());
  }

  private static void latency(Histogram nanos) {
    System.out.printf(
        "latency    p50 %.2f ms, p99 %.2f, p99.9 %.2f, p99.99 %.2f, most %.2f%n",
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        nanos.getValueAtPercentile(99.99) / 1e6,
        nanos.getMaxValue() / 1e6);
  }

  private static void pauses(List<Jvm.Pause> pauses) {
    Histogram nanos = new Histogram(3);
    Map<String, Integer> reasons = new HashMap<>();
    for (Jvm.Pause pause : pauses) {
      nanos.recordValue(pause.nanos());
      reasons.merge(pause.reason(), 1, Integer::sum);
    }
    System.out.printf(
        "pauses     %d: p50 %.2f ms, p99 %.2f, p99.9 %.2f, most %.2f; %s%n",
        pauses.size(),
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        nanos.getMaxValue() / 1e6,
        reasons);
  }
}
