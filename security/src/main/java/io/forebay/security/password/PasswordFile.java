package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The content of a password file: a user a line. Empty lines and those that begin with `#` mean
/// nothing, and stay where they are when others change. Immutable.
public final class PasswordFile {
  static final PasswordFile EMPTY = new PasswordFile(List.of());

  /// A line and whom it is about.
  ///
  /// @param user null if it is a comment or empty
  private record Line(String text, @Nullable User user) {
    boolean isOf(String name) {
      return user != null && user.name().equals(name);
    }
  }

  private final List<Line> lines;
  private final Map<String, User> users = new LinkedHashMap<>();

  private PasswordFile(List<Line> lines) {
    this.lines = lines;
    for (Line line : lines) {
      if (line.user() != null) {
        users.put(line.user().name(), line.user());
      }
    }
  }

  /// @param where for messages: the file's name
  /// @throws PasswordFileException with the first line that is wrong
  static PasswordFile parse(String where, byte[] content) throws PasswordFileException {
    List<Line> lines = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (String text : text(where, content).lines().toList()) {
      String place = where + ":" + (lines.size() + 1) + ": ";
      Line line = new Line(text, user(place, text));
      lines.add(line);
      if (line.user() != null) {
        Integer first = numbers.putIfAbsent(line.user().name(), lines.size());
        if (first != null) {
          throw new PasswordFileException(
              place + line.user() + " is in line " + first + " already; remove one of them");
        }
      }
    }
    return new PasswordFile(lines);
  }

  private static @Nullable User user(String place, String line) throws PasswordFileException {
    if (line.isBlank() || line.startsWith("#")) {
      return null;
    }
    try {
      return User.parse(line);
    } catch (IllegalArgumentException e) {
      throw new PasswordFileException(
          place + e.getMessage() + "; correct or remove the line (forebay user add writes it)", e);
    }
  }

  private static String text(String where, byte[] content) throws PasswordFileException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new PasswordFileException(
          where + ": it is not UTF-8 text; is it the file that ./forebay user made?", e);
    }
  }

  /// By name, in the order of the file.
  public Map<String, User> users() {
    return Collections.unmodifiableMap(users);
  }

  /// With this user in the place of the one of the same name, or at the end.
  public PasswordFile with(User user) {
    Line mine = new Line(user.line(), user);
    List<Line> after = new ArrayList<>(lines);
    if (users.containsKey(user.name())) {
      after.replaceAll(line -> line.isOf(user.name()) ? mine : line);
    } else {
      after.add(mine);
    }
    return new PasswordFile(after);
  }

  public PasswordFile without(String name) {
    return new PasswordFile(lines.stream().filter(line -> !line.isOf(name)).toList());
  }

  byte[] content() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    return text.toString().getBytes(UTF_8);
  }
}
