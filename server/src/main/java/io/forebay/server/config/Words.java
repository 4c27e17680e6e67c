package io.forebay.server.config;

import java.util.Arrays;
import java.util.List;

/// A value of several words: in the file a list, elsewhere separated by commas.
public record Words(List<String> all) {
  static final Words NONE = new Words(List.of());

  public Words {
    all = List.copyOf(all);
  }

  static Words parse(String text) {
    return new Words(
        Arrays.stream(text.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList());
  }

  @Override
  public String toString() {
    return String.join(", ", all);
  }
}
