package io.forebay.security.http;

import io.forebay.core.security.Credentials;
import io.forebay.core.security.Decision;
import io.forebay.core.security.Principal;
import io.forebay.security.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// What the service's answer means. Pure.
final class LoginAnswer {
  private static final long MOST_SECONDS = 100L * 365 * 24 * 3600;

  private LoginAnswer() {}

  /// @throws IOException if it means nothing; the message completes "the service …"
  static Verdict read(
      HttpCaller.Answer answer,
      Credentials credentials,
      Function<Object, Principal.Rules> readRules,
      long nowMillis)
      throws IOException {
    return switch (answer.status()) {
      case 200 -> ofJson(answer.body(), credentials, readRules, nowMillis);
      case 204 -> new Verdict.Known(new Principal(credentials.username(), credentials.clientId()));
      case 401, 403 -> refused("status " + answer.status());
      case 404 -> Verdict.Unknown.INSTANCE;
      default -> throw new IOException("answers with status " + answer.status());
    };
  }

  private static Verdict refused(String how) {
    return new Verdict.Rejected(
        Decision.Why.CREDENTIALS, "the login service refuses it (" + how + ")");
  }

  private static Verdict ofJson(
      String body,
      Credentials credentials,
      Function<Object, Principal.Rules> readRules,
      long nowMillis)
      throws IOException {
    Map<String, Object> json = parse(body);
    if (!(json.get("allow") instanceof Boolean allow)) {
      throw new IOException("answers without 'allow': true or false");
    }
    if (!allow) {
      return refused("allow: false");
    }
    return new Verdict.Known(
        new Principal(
            user(json, credentials),
            credentials.clientId(),
            Set.copyOf(names("groups", json.get("groups"))),
            claims(json.get("claims")),
            rules(json.get("rules"), readRules),
            expiresAtMillis(json.get("expires-in"), nowMillis)));
  }

  private static Map<String, Object> parse(String body) throws IOException {
    try {
      return JsonUtil.parseJson(body);
    } catch (JoseException e) {
      throw new IOException("answers with something that is no JSON object", e);
    }
  }

  private static @Nullable String user(Map<String, Object> json, Credentials credentials)
      throws IOException {
    Object user = json.get("user");
    if (user == null) {
      return credentials.username();
    }
    if (user instanceof String name && !name.isBlank()) {
      return name;
    }
    throw new IOException("answers with a 'user' that is no name");
  }

  /// A text or a list of texts for each name.
  private static Map<String, List<String>> claims(@Nullable Object claims) throws IOException {
    if (claims == null) {
      return Map.of();
    }
    if (!(claims instanceof Map<?, ?> given)) {
      throw new IOException("answers with 'claims' that are no object");
    }
    Map<String, List<String>> read = new HashMap<>();
    for (Map.Entry<?, ?> each : given.entrySet()) {
      Object value = each.getValue();
      read.put(
          String.valueOf(each.getKey()),
          value instanceof String text ? List.of(text) : names("claims", value));
    }
    return Map.copyOf(read);
  }

  private static List<String> names(String what, @Nullable Object value) throws IOException {
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof String name) {
          names.add(name);
        }
      }
    }
    if (value != null && !names.equals(value)) {
      throw new IOException("answers with '" + what + "' that are no list of texts");
    }
    return List.copyOf(names);
  }

  private static Principal.@Nullable Rules rules(
      @Nullable Object rules, Function<Object, Principal.Rules> readRules) throws IOException {
    if (rules == null) {
      return null;
    }
    try {
      return readRules.apply(rules);
    } catch (IllegalArgumentException e) {
      throw new IOException("sends rules that are not good: " + e.getMessage(), e);
    }
  }

  private static long expiresAtMillis(@Nullable Object seconds, long nowMillis) throws IOException {
    if (seconds == null) {
      return Principal.NEVER;
    }
    if (seconds instanceof Number number && number.longValue() > 0) {
      return nowMillis + Math.min(number.longValue(), MOST_SECONDS) * 1_000;
    }
    throw new IOException("answers with an 'expires-in' that is no number of seconds above 0");
  }
}
