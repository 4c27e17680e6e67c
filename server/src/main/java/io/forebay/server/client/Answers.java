package io.forebay.server.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Waiting for answers, for threads that may wait: never an event loop.
public final class Answers {

  private Answers() {}

  /// Waits for the answer.
  ///
  /// @throws ClientException why there is none
  public static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ClientException reason
          ? reason
          : new ClientException("unexpected: " + e.getCause(), e);
    }
  }
}
