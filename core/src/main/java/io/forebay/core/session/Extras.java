package io.forebay.core.session;

import io.forebay.core.log.Log;
import io.forebay.core.message.UserProperty;
import io.forebay.core.routing.Grant;
import java.util.ArrayList;
import java.util.List;

/// What a delivery says beside the message's own properties.
final class Extras {
  private static final String POSITION = "position";
  private static final String GAP = "gap";

  private Extras() {}

  /// Mostly nothing, which costs nothing.
  ///
  /// @param partition -1 with `offset` if the message is not in the log
  /// @param gap positions before this one that retention removed unread, 0 for none
  static List<UserProperty> of(Log log, Grant grant, int partition, long offset, long gap) {
    boolean tellsPosition = grant.tellsPosition() && partition >= 0;
    if (!tellsPosition && gap == 0) {
      return List.of();
    }
    List<UserProperty> extras = new ArrayList<>(2);
    if (tellsPosition) {
      extras.add(new UserProperty(POSITION, log.position(partition, offset).toString()));
    }
    if (gap > 0) {
      extras.add(new UserProperty(GAP, Long.toString(gap)));
    }
    return extras;
  }
}
