package io.forebay.core.routing;

import io.forebay.core.message.Qos;
import java.util.Arrays;

/// The options of a subscription (MQTT 5 §3.8.3.1), or of several that overlap on one message.
///
/// @param tellsPosition the subscriber wants to know where in the log each message is
/// @param subscriptionIds identifiers to send along; nobody writes to the array
public record Grant(
    Qos qos,
    boolean noLocal,
    boolean retainAsPublished,
    boolean tellsPosition,
    int[] subscriptionIds) {
  private static final int[] NO_IDS = {};
  private static final Grant[] WITHOUT_IDS = new Grant[24];

  static {
    for (int i = 0; i < WITHOUT_IDS.length; i++) {
      WITHOUT_IDS[i] = new Grant(Qos.of(i >> 3), (i & 4) != 0, (i & 2) != 0, (i & 1) != 0, NO_IDS);
    }
  }

  /// The same object for the same options, where there is no identifier: a million plain
  /// subscriptions share two dozen grants.
  ///
  /// @param subscriptionId 0 for none
  public static Grant of(Qos qos, boolean noLocal, boolean retainAsPublished, int subscriptionId) {
    return subscriptionId == 0
        ? withoutIds(qos, noLocal, retainAsPublished, false)
        : new Grant(qos, noLocal, retainAsPublished, false, new int[] {subscriptionId});
  }

  private static Grant withoutIds(
      Qos qos, boolean noLocal, boolean retainAsPublished, boolean tellsPosition) {
    return WITHOUT_IDS[
        qos.level() << 3
            | (noLocal ? 4 : 0)
            | (retainAsPublished ? 2 : 0)
            | (tellsPosition ? 1 : 0)];
  }

  /// The same, and the position of each message with it.
  public Grant tellingPosition() {
    return subscriptionIds.length == 0
        ? withoutIds(qos, noLocal, retainAsPublished, true)
        : new Grant(qos, noLocal, retainAsPublished, true, subscriptionIds);
  }

  /// One delivery for both: the higher QoS, all identifiers (MQTT 5 §3.3.4).
  public Grant merge(Grant other) {
    int[] ids =
        Arrays.copyOf(subscriptionIds, subscriptionIds.length + other.subscriptionIds.length);
    System.arraycopy(
        other.subscriptionIds, 0, ids, subscriptionIds.length, other.subscriptionIds.length);
    return new Grant(
        Qos.max(qos, other.qos),
        noLocal && other.noLocal,
        retainAsPublished || other.retainAsPublished,
        tellsPosition || other.tellsPosition,
        ids);
  }
}
