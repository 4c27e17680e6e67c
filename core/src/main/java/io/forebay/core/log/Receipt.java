package io.forebay.core.log;

import org.jspecify.annotations.Nullable;

/// Whoever waits for a message to be kept. Called on the lane that submitted it.
public interface Receipt {

  /// @param token what was given with the message
  /// @param matched whether any subscriber was there for it
  /// @param failure null if the message is kept
  void settled(int token, boolean matched, @Nullable EngineFailure failure);
}
