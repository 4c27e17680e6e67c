package io.forebay.security.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.security.Principal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AclFileTest {
  private static final Principal BOB = new Principal("bob", "c");

  @TempDir private Path directory;
  private Path path = Path.of("acl.yaml");

  @BeforeEach
  void writeRules() throws IOException {
    path = directory.resolve("acl.yaml");
    Files.writeString(path, "rules: [{allow: publish, topics: a}]");
  }

  @Test
  void aChangeIsTakenUpOnce() throws IOException {
    AclFile file = AclFile.open(path);
    int epoch = file.acl().epoch();
    assertThat(file.look()).isEqualTo(AclFile.Look.SAME);
    assertThat(file.acl().epoch()).isEqualTo(epoch);
    Files.writeString(path, "rules: [{allow: publish, topics: b}]");
    assertThat(file.look()).isEqualTo(AclFile.Look.CHANGED);
    assertThat(file.look()).isEqualTo(AclFile.Look.SAME);
    assertThat(file.acl().mayPublish(BOB, "a")).isFalse();
    assertThat(file.acl().mayPublish(BOB, "b")).isTrue();
    assertThat(file.acl().epoch()).isNotEqualTo(epoch);
  }

  @Test
  void aDamagedOrMissingFileChangesNothingAndIsToldOnce() throws IOException {
    AclFile file = AclFile.open(path);
    for (String damage : new String[] {"", "rules: [", "rules: [{allow: everything}]"}) {
      Files.writeString(path, damage);
      assertThat(file.look()).as(damage).isEqualTo(AclFile.Look.DAMAGED);
      assertThat(file.look()).as(damage).isEqualTo(AclFile.Look.SAME);
    }
    Files.delete(path);
    assertThat(file.look()).isEqualTo(AclFile.Look.DAMAGED);
    assertThat(file.look()).isEqualTo(AclFile.Look.SAME);
    assertThat(file.acl().mayPublish(BOB, "a")).isTrue();
    Files.writeString(path, "rules: [{allow: publish, topics: b}]");
    assertThat(file.look()).isEqualTo(AclFile.Look.CHANGED);
    assertThat(file.acl().mayPublish(BOB, "a")).isFalse();
  }

  @Test
  void aFileThatCannotBeUsedIsRefusedWithItsPlace() throws IOException {
    Files.writeString(path, "rules:\n  - allow: everything\n");
    assertThatThrownBy(() -> AclFile.open(path))
        .isInstanceOf(AclException.class)
        .hasMessageStartingWith(path + ":2:12: 'everything' is no action");
    Files.write(path, "rules: [] # \u00fc".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> AclFile.open(path)).hasMessageContaining("is not UTF-8");
    Files.delete(path);
    assertThatThrownBy(() -> AclFile.open(path)).hasMessageContaining("cannot be read");
  }
}
