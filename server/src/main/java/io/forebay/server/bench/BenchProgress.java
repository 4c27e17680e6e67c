package io.forebay.server.bench;

/// Told once a second how a run goes, on the thread of the run.
public interface BenchProgress {

  /// @param connected of `wanted` connections
  void connecting(int connected, int wanted);

  /// @param second since the first message
  /// @param p99Nanos of the last second, to delivery if there are subscribers, else to the
  ///   acknowledgement
  void running(
      int second,
      boolean warmingUp,
      double publishedPerSecond,
      double deliveredPerSecond,
      long inFlight,
      long p99Nanos);

  /// Nothing more comes.
  void over();
}
