package io.forebay.server.config;

import java.util.List;
import java.util.stream.Collectors;

/// The configuration cannot be used. The message has one line per problem and is written for the
/// user; there is no stack trace, because the place to look at is in the file, not in our code.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  ConfigException(String key, String wrong, String remedy) {
    this(List.of(new Problem("", key, wrong, remedy)));
  }

  ConfigException(List<Problem> problems) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.problems = List.copyOf(problems);
  }

  /// All that is wrong, in the order in which it was found.
  public List<Problem> problems() {
    return problems;
  }
}
