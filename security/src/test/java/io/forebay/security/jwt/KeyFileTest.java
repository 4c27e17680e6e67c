package io.forebay.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  @TempDir private Path dir;

  private Path write(String content) throws Exception {
    return Files.writeString(dir.resolve("keys.json"), content);
  }

  @Test
  void aFileThatChangesIsTakenUp() throws Exception {
    Path file = write(Issuer.keys(Issuer.any("a")));
    try (KeyFile keys = KeyFile.open(file)) {
      KeySet before = keys.current();
      keys.look();
      assertThat(keys.current()).isSameAs(before);
      write(Issuer.keys(Issuer.any("a"), Issuer.any("b")));
      keys.look();
      assertThat(keys.current().size()).isEqualTo(2);
    }
  }

  @Test
  void aFileThatIsNotGoodLeavesTheKeysAsTheyAre() throws Exception {
    Path file = write(Issuer.keys(Issuer.any("a")));
    try (KeyFile keys = KeyFile.open(file)) {
      KeySet before = keys.current();
      write("{\"keys\":");
      keys.look();
      assertThat(keys.current()).isSameAs(before);
      Files.delete(file);
      keys.look();
      assertThat(keys.current()).isSameAs(before);
    }
  }

  @Test
  void aFileWithoutKeysIsToldAtTheStart() throws Exception {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> KeyFile.open(dir.resolve("none")))
        .withMessageContaining("no such file");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> KeyFile.open(write("[]")))
        .withMessageContaining("keys.json is no JSON Web Key Set");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> KeyFile.open(write("{\"keys\":[]}")))
        .withMessageContaining("keys.json has 0 public keys");
  }

  @Test
  void aSecretKeyIsNoKeyToVerifyWith() throws Exception {
    String secret =
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0\",\"kid\":\"a\"}]}";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> KeyFile.open(write(secret)))
        .withMessageContaining("has 0 public keys");
  }
}
