package io.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A program that a test started. Its standard output is read line by line.
public final class Spawned implements AutoCloseable {
  /// What an ended program's output ends with; no line has a line feed.
  private static final String END = "\n";

  private final List<String> command;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final Thread errorReader;

  private Spawned(List<String> command, Process process) {
    this.command = command;
    this.process = process;
    Thread.ofVirtual().start(this::readLines);
    errorReader = Thread.ofVirtual().start(this::readErrors);
  }

  public static Spawned start(List<String> command) throws IOException {
    return start(Map.of(), command);
  }

  public static Spawned start(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("FOREBAY_"));
    builder.environment().putAll(environment);
    return new Spawned(command, builder.start());
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      reader.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      errors.add(e.toString());
    } finally {
      lines.add(END);
    }
  }

  private void readErrors() {
    try (BufferedReader reader = process.errorReader(UTF_8)) {
      reader.lines().forEach(errors::add);
    } catch (IOException | UncheckedIOException e) {
      errors.add(e.toString());
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /// The next line that it prints.
  public String line() throws InterruptedException {
    String line = lines.poll(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null || line.equals(END)) {
      lines.add(END);
      return fail((line == null ? "no line from " : "no more lines from ") + this);
    }
    return line;
  }

  /// The next line that is as wanted; those before it are thrown away.
  public String line(Predicate<String> wanted) throws InterruptedException {
    String line = line();
    while (!wanted.test(line)) {
      line = line();
    }
    return line;
  }

  /// Everything else that it prints until it ends.
  public List<String> rest() throws InterruptedException {
    List<String> rest = new ArrayList<>();
    for (String line = lines.take(); !line.equals(END); line = lines.take()) {
      rest.add(line);
    }
    lines.add(END);
    return rest;
  }

  public void type(byte[] input) throws IOException {
    OutputStream to = process.getOutputStream();
    to.write(input);
    to.flush();
  }

  public void type(String line) throws IOException {
    type((line + "\n").getBytes(UTF_8));
  }

  public void endOfInput() throws IOException {
    process.getOutputStream().close();
  }

  public int exitCode() throws InterruptedException {
    return exitCode(Await.LIMIT);
  }

  public int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      return fail("after " + limit.toSeconds() + " s still runs: " + this);
    }
    errorReader.join();
    return process.exitValue();
  }

  /// Waits for its end, which has to be a success.
  public Spawned succeeded() throws InterruptedException {
    assertThat(exitCode()).as("exit code of %s", this).isZero();
    return this;
  }

  /// What it wrote to standard error so far; all of it once [#exitCode] has returned.
  public String errors() {
    return String.join("\n", errors);
  }

  /// SIGTERM.
  public void terminate() {
    // Process.destroy would close the streams as well, and what it says last be lost.
    process.toHandle().destroy();
  }

  /// SIGKILL.
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /// @param name of a signal: `STOP`, `CONT`
  public void signal(String name) throws Exception {
    try (Spawned kill = start(List.of("bash", "-c", "kill -" + name + " " + pid()))) {
      kill.succeeded();
    }
  }

  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return String.join(" ", command) + "\nits standard error:\n" + errors();
  }
}
