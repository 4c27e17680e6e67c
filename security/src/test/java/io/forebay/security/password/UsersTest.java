package io.forebay.security.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void ann() throws IOException {
    file = folder.resolve("users");
    put("ann", "one");
  }

  private void put(String name, String password, String... groups) throws IOException {
    PasswordFiles.change(file, true, users -> users.with(CheapHash.user(name, password, groups)));
  }

  private static String hashOfAnn(Users users) {
    return Objects.requireNonNull(users.find("ann"), "ann").hash();
  }

  @Test
  void changesAreFoundWhateverTheClockSays() throws IOException {
    Users users = Users.open(file);
    FileTime time = Files.getLastModifiedTime(file);
    put("ann", "two");
    Files.setLastModifiedTime(file, time);
    String before = hashOfAnn(users);
    assertThat(users.reload()).isEmpty();
    assertThat(hashOfAnn(users)).isNotEqualTo(before);
  }

  @Test
  void whoIsGoneIsNamed() throws IOException {
    put("bob", "x");
    put("eve", "x");
    Users users = Users.open(file);
    PasswordFiles.change(file, false, all -> all.without("ann").without("eve"));
    put("new", "x");
    assertThat(users.reload()).containsExactly("ann", "eve");
    assertThat(users.reload()).isEmpty();
    assertThat(users.find("ann")).isNull();
    assertThat(users.find("new")).isNotNull();
  }

  @Test
  void aDamagedOrMissingFileLeavesThingsAsTheyAre() throws IOException {
    Users users = Users.open(file);
    byte[] good = Files.readAllBytes(file);
    Files.writeString(file, "ann:half a li");
    assertThat(users.reload()).isEmpty();
    assertThat(users.find("ann")).isNotNull();
    Files.delete(file);
    assertThat(users.reload()).isEmpty();
    assertThat(users.find("ann")).isNotNull();
    Files.write(file, good);
    put("bob", "x");
    assertThat(users.reload()).isEmpty();
    assertThat(users.find("bob")).isNotNull();
  }

  @Test
  void aNodeDoesNotStartWithADamagedFile() throws IOException {
    Files.writeString(file, "ann\n");
    assertThatThrownBy(() -> Users.open(file))
        .isInstanceOf(PasswordFileException.class)
        .hasMessageStartingWith(file + ":1: it is not name:hash:groups");
  }
}
