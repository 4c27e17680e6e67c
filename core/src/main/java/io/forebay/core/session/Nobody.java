package io.forebay.core.session;

import io.forebay.core.message.Message;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import java.util.List;
import java.util.Set;

/// A consumer that takes nothing and does nothing. Holds a place, or is what a consumer begins with
/// that needs some of its methods only.
public class Nobody implements Consumer {

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public boolean deliver(
      Message message,
      Qos qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIds,
      List<UserProperty> extras) {
    return false;
  }

  @Override
  public void release(int packetId) {}

  @Override
  public void accessChanged() {}

  @Override
  public void usersGone(Set<String> users) {}

  @Override
  public void end(End why) {}
}
