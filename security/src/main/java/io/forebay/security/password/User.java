package io.forebay.security.password;

import io.forebay.security.scram.ScramVerifier;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A user with a password: one line of the password file, `name:hash:group1,group2:SCRAM verifier`.
/// Groups may be none, the verifier may be missing.
///
/// @param hash see [PasswordHash]
/// @param groups in the order in which they are written
/// @param scram null if the user cannot use SCRAM
public record User(String name, String hash, Set<String> groups, @Nullable ScramVerifier scram) {
  /// @throws IllegalArgumentException with what is wrong, without any secret
  public User {
    checkNames(name, groups);
    PasswordHash.check(hash);
    groups = Collections.unmodifiableSet(new LinkedHashSet<>(groups));
  }

  /// Whether a user may have this name and be in these groups.
  ///
  /// @throws IllegalArgumentException with what is wrong
  public static void checkNames(String name, Set<String> groups) {
    Names.checkUser(name);
    groups.forEach(Names::checkGroup);
  }

  /// @throws IllegalArgumentException with what is wrong, without any secret
  static User parse(String line) {
    // A verifier has a colon of its own, so it comes last.
    String[] parts = line.split(":", 4);
    if (parts.length < 2) {
      throw new IllegalArgumentException("it is not name:hash:groups");
    }
    return new User(
        parts[0],
        parts[1],
        groups(parts.length > 2 ? parts[2] : ""),
        parts.length > 3 ? ScramVerifier.parse(parts[3]) : null);
  }

  private static Set<String> groups(String text) {
    List<String> names = text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    Set<String> groups = new LinkedHashSet<>(names);
    if (groups.size() < names.size()) {
      throw new IllegalArgumentException("a group is named twice");
    }
    return groups;
  }

  /// What [#parse] reads.
  String line() {
    String line = name + ":" + hash + ":" + String.join(",", groups);
    return scram == null ? line : line + ":" + scram;
  }

  /// Never the hash: records end up in messages.
  @Override
  public String toString() {
    return "user '" + name + "'";
  }
}
