package io.forebay.security.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks HTTP servers, and waits neither longer nor for more bytes than it should. Its calls block,
/// so they are for virtual threads. Follows no redirect: whom we ask is configured.
public final class HttpCaller implements AutoCloseable {
  /// What came back.
  public record Answer(int status, String body) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final Duration timeout;
  private final int mostBytes;

  /// @param timeout from the call to the last byte of the answer
  /// @param mostBytes of the answer's body
  public HttpCaller(Duration timeout, int mostBytes) {
    this.timeout = timeout;
    this.mostBytes = mostBytes;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(threads)
            .build();
  }

  /// @throws IOException if there is no answer; the message completes "the service …"
  public Answer call(HttpRequest request) throws IOException, InterruptedException {
    // The request's own timeout ends with the head of the answer; a body may drip for ever.
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
    try {
      HttpResponse<byte[]> answer = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(answer.statusCode(), new String(answer.body(), UTF_8));
    } catch (TimeoutException e) {
      throw new IOException("does not answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(words(e.getCause()), e);
    } finally {
      sent.cancel(true);
    }
  }

  private static String words(@Nullable Throwable cause) {
    if (cause instanceof ConnectException) {
      return "cannot be connected to";
    }
    return cause == null ? "does not answer" : "does not answer, " + cause;
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
