package io.forebay.sim;

/// Promises that the broker has made but does not keep yet. Each goes when it does.
final class Promises {
  /// What a session did since its last row outlives a crash: QoS 2 in both directions exactly once,
  /// and a session that was connected expires afterwards.
  static final boolean SESSIONS_OUTLIVE_CRASHES = !Boolean.getBoolean("sim.lenient");

  /// Found by the simulation, not kept yet: what is sent again goes before what is new; PUBREL only
  /// after PUBREC; a batch that was told as failed does not survive with a QoS 2 packet id in it.
  static final boolean STRICT = Boolean.getBoolean("sim.strict");

  private Promises() {}
}
