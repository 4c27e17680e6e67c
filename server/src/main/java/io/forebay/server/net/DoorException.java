package io.forebay.server.net;

import java.io.IOException;
import java.io.Serial;

/// A door could not be opened, or its certificates not be loaded. The message is for the operator:
/// what is wrong, where, and what to do.
public final class DoorException extends IOException {

  @Serial private static final long serialVersionUID = 1;

  DoorException(String message) {
    super(message);
  }

  DoorException(String message, Throwable cause) {
    super(message, cause);
  }
}
