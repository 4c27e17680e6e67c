package io.forebay.mqtt.connection;

import io.forebay.core.Broker;
import io.forebay.mqtt.ReasonCode;
import java.util.ArrayDeque;

/// Lets clients in no faster than the node wants them, in the order in which their CONNECT came: a
/// million that come back at once are served one after the other instead of all badly. The clients
/// of one event loop stand here; the rate is the node's. On that loop.
final class ConnectGate {
  private final Broker broker;
  private final Timer timer;
  private final ArrayDeque<Connection> waiting = new ArrayDeque<>();

  ConnectGate(Broker broker, Timer timer) {
    this.broker = broker;
    this.timer = timer;
  }

  /// Calls [Connection#letIn] now or later, or refuses the client.
  void enter(Connection connection) {
    if (waiting.isEmpty() && broker.connectThrottle().tryTake(timer.nanoTime()) == 0) {
      connection.letIn();
    } else if (broker.joinConnectQueue()) {
      waiting.add(connection);
      if (waiting.size() == 1) {
        advance();
      }
    } else {
      connection.refuse(
          ReasonCode.CONNECTION_RATE_EXCEEDED,
          "more clients connect than this node lets in; try again later");
    }
  }

  private void advance() {
    while (!waiting.isEmpty()) {
      Connection first = waiting.getFirst();
      if (first.waits()) {
        long nanos = broker.connectThrottle().tryTake(timer.nanoTime());
        if (nanos > 0) {
          timer.after(nanos, this::advance);
          return;
        }
      }
      waiting.removeFirst();
      broker.leaveConnectQueue();
      if (first.waits()) {
        first.letIn();
      }
    }
  }
}
