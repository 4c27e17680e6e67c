package io.forebay.server.config;

/// One thing that is wrong with the configuration.
///
/// @param where the place: `forebay.yaml:12:3`, `--set a.b=c`, `environment FOREBAY_X`; empty if
///   the value is a default
/// @param key dotted path; empty if the place says it already
/// @param wrong what is wrong
/// @param remedy what to do
public record Problem(String where, String key, String wrong, String remedy) {
  @Override
  public String toString() {
    String place = where.isEmpty() ? "" : where + ": ";
    String what = key.isEmpty() ? "" : key + ": ";
    return place + what + wrong + "; " + remedy;
  }
}
