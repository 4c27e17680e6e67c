package io.forebay.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class CredentialDigestTest {
  private final CredentialDigest digests = new CredentialDigest(new SecureRandom());

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void theSamePartsHaveTheSameDigestAndOthersAnother() {
    String digest = digests.of(bytes("ab"), bytes("c"));
    assertThat(digests.of(bytes("ab"), bytes("c"))).isEqualTo(digest);
    assertThat(digests.of(bytes("a"), bytes("bc"))).isNotEqualTo(digest);
    assertThat(digests.of(bytes("ab"), bytes("c"), bytes(""))).isNotEqualTo(digest);
  }

  @Test
  void anotherProcessHasAnotherKey() {
    CredentialDigest others = new CredentialDigest(new SecureRandom());
    assertThat(others.of(bytes("a"))).isNotEqualTo(digests.of(bytes("a")));
  }
}
