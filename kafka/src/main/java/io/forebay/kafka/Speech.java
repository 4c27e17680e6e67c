package io.forebay.kafka;

import io.forebay.core.log.EngineFailure.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node says to the others under its number: claims and words. On the outlet's thread.
final class Speech {
  private static final Logger LOG = LoggerFactory.getLogger(Speech.class);
  private static final long RETRY_NANOS = 3_000_000_000L;

  private final Post post;
  private final Life life;
  private final Outlet.Rules rules;

  /// The number under which something could not be written without which others wait forever: that
  /// a name is free, or a word. What was under that number has to end.
  private volatile long broken;

  private long toldNanos = System.nanoTime() - RETRY_NANOS;

  Speech(Post post, Life life, Outlet.Rules rules) {
    this.post = post;
    this.life = life;
    this.rules = rules;
  }

  /// What was asked for under a number that is dead since, nobody would answer.
  void say(Control control, Outlet.Sent sent) {
    long writer =
        switch (control) {
          case Control.Take take -> take.node();
          case Control.Release release -> release.node();
          case Control.Row row -> row.writer();
          default -> life.number();
        };
    if (writer != life.number()) {
      sent.sent(Failures.LOST);
      return;
    }
    boolean needed = control instanceof Control.Release;
    post.send(
        ControlFormat.encode(control),
        (metadata, failure) -> {
          if (needed && failure != null) {
            broken = writer;
          }
          sent.sent(failure);
        });
  }

  void say(long node, byte[] words) {
    long writer = life.number();
    post.send(
        WordsFormat.words(writer, node, words),
        (metadata, failure) -> {
          if (failure != null && failure.kind() == Kind.TOO_LARGE) {
            // In another life it would be as large.
            LOG.error("a word to node {} was lost: {}", node, failure.detail());
          } else if (failure != null) {
            broken = writer;
          }
        });
  }

  /// Until the verdict is read, which may fail to be written too.
  void endIfBroken() {
    boolean due = broken != 0 && broken == life.number() && life.mayAct();
    if (due && System.nanoTime() - toldNanos >= RETRY_NANOS) {
      toldNanos = System.nanoTime();
      LOG.warn("Kafka did not take what others wait for; this node begins anew");
      rules.fenced();
    }
  }
}
