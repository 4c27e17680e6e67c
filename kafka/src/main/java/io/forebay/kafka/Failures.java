package io.forebay.kafka;

import io.forebay.core.log.EngineFailure;
import io.forebay.core.log.EngineFailure.Kind;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What Kafka's errors are to publishers.
final class Failures {
  static final EngineFailure CLOSING =
      new EngineFailure(Kind.UNAVAILABLE, "the node is shutting down");
  static final EngineFailure LOST =
      new EngineFailure(
          Kind.UNAVAILABLE,
          "this node was out of touch with Kafka for so long that others have taken over");

  private Failures() {}

  static EngineFailure of(Throwable e) {
    return switch (e) {
      case AuthorizationException _, AuthenticationException _ ->
          new EngineFailure(Kind.NOT_AUTHORIZED, "Kafka does not let this node: " + words(e));
      case RecordTooLargeException _, PolicyViolationException _ ->
          new EngineFailure(Kind.TOO_LARGE, "Kafka does not take it: " + words(e));
      case UnknownTopicOrPartitionException _, InvalidTopicException _ ->
          new EngineFailure(Kind.UNAVAILABLE, "Kafka has no such topic: " + words(e));
      case TimeoutException _, RetriableException _ ->
          new EngineFailure(Kind.UNAVAILABLE, "Kafka did not answer in time: " + words(e));
      case KafkaException _ ->
          new EngineFailure(Kind.UNAVAILABLE, "Kafka did not take it: " + words(e));
      default -> new EngineFailure(Kind.BROKEN, "Kafka: " + words(e));
    };
  }

  static String words(Throwable e) {
    Throwable cause = e.getCause();
    String own = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return cause == null || cause.getMessage() == null || own.contains(cause.getMessage())
        ? own
        : own + " (" + cause.getMessage() + ")";
  }
}
