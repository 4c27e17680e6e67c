package io.forebay.sim;

/// Promises that the broker has made but does not keep yet. Each goes when it does.
final class Promises {
  /// What a session did since its last row outlives a crash: QoS 2 in both directions exactly once,
  /// and a session that was connected expires afterwards.
  static final boolean SESSIONS_OUTLIVE_CRASHES = !Boolean.getBoolean("sim.lenient");

  private Promises() {}
}
