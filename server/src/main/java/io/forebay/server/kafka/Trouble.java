package io.forebay.server.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Kafka does not do what it was asked. The message says what, and what to do.
public final class Trouble extends Exception {
  private static final long serialVersionUID = 1L;

  Trouble(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Of the first question: either it is not there, or it does not know us.
  static Trouble connecting(String servers, Duration patience, Throwable fault) {
    Throwable cause = bare(fault);
    String where = "Kafka at " + servers;
    return switch (cause) {
      case TimeoutException _ ->
          new Trouble(
              where
                  + " does not answer within "
                  + patience.toMillis()
                  + " ms; is it running, are kafka.bootstrap.servers right, and is"
                  + " kafka.security.protocol what that port speaks?",
              cause);
      case AuthenticationException _ ->
          new Trouble(
              where
                  + " does not let us in: "
                  + innermost(cause)
                  + "; check kafka.security.protocol, kafka.sasl.… and kafka.ssl.…",
              cause);
      case AuthorizationException _ ->
          new Trouble(
              where + " refuses to describe the cluster; grant the operation Describe on it",
              cause);
      default ->
          new Trouble(
              where + " cannot be used: " + innermost(cause) + "; check section kafka", cause);
    };
  }

  static Throwable bare(Throwable fault) {
    Throwable cause = fault.getCause();
    return fault instanceof ExecutionException && cause != null ? cause : fault;
  }

  /// What really happened stands at the end: a file that is not there, a name nobody knows.
  static String innermost(Throwable fault) {
    Throwable last = fault;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
  }
}
