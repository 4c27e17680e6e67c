package io.forebay.security.password;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.security.scram.ScramVerifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {
  private static final String HASH = CheapHash.of("secret", "0123456789abcdef");
  private static final String SCRAM =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
          + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  private static PasswordFile parse(String text) throws PasswordFileException {
    return PasswordFile.parse("users", text.getBytes(UTF_8));
  }

  private static String text(PasswordFile file) {
    return new String(file.content(), UTF_8);
  }

  private static User user(PasswordFile file, String name) {
    return Objects.requireNonNull(file.users().get(name), name);
  }

  @Test
  void aLineIsAUser() throws PasswordFileException {
    PasswordFile file = parse("ann:" + HASH + ":a,b:" + SCRAM + "\nbob:" + HASH + "\n");
    assertThat(file.users()).containsOnlyKeys("ann", "bob");
    User ann = user(file, "ann");
    assertThat(ann.hash()).isEqualTo(HASH);
    assertThat(ann.groups()).containsExactly("a", "b");
    assertThat(ann.scram()).hasToString(SCRAM);
    User bob = user(file, "bob");
    assertThat(bob.groups()).isEmpty();
    assertThat(bob.scram()).isNull();
  }

  @Test
  void whatIsNotChangedStaysAsItWas() throws PasswordFileException {
    String ann = "ann:" + HASH + ":a";
    PasswordFile file = parse("# people\n\n" + ann + "\n# machines\nbob:" + HASH + "\r\n");
    assertThat(text(file.with(CheapHash.user("eve", "x"))))
        .startsWith("# people\n\n" + ann + "\n# machines\nbob:" + HASH + "\neve:$argon2id$")
        .endsWith(":\n");
    assertThat(text(file.without("ann"))).isEqualTo("# people\n\n# machines\nbob:" + HASH + "\n");
    assertThat(text(file.with(CheapHash.user("ann", "new", "z"))))
        .startsWith("# people\n\nann:")
        .contains(":z\n# machines\nbob:")
        .doesNotContain(ann);
    assertThat(text(file.without("nobody"))).isEqualTo(text(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ann | it is not name:hash:groups",
        "ann:secret | the hash is not $argon2id$",
        ":HASH | a user's name has 1 to 256 characters",
        "\" ann:HASH\" | a user's name does not begin or end with a space",
        "a\u0007b:HASH | a user's name has no control or invisible characters",
        "a\u200bb:HASH | a user's name has no control or invisible characters",
        "ann:HASH:a,,b | a group's name has 1 to 256 characters",
        "ann:HASH:a,a | a group is named twice",
        "ann:HASH:a\u202eb | a group's name has no control or invisible characters",
        "ann:HASH:a:b | the SCRAM part is not SCRAM-SHA-256",
        "ann:HASH:a: | the SCRAM part is not SCRAM-SHA-256",
        "ann:$argon2i$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"
            + " | the hash is not $argon2id$",
        "ann:$argon2id$v=19$m=999999,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"
            + " | the hash has m=999999; 8 to 65536 are taken",
        "ann:$argon2id$v=19$m=8,t=0,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"
            + " | the hash has t=0; 1 to 16 are taken",
        "ann:$argon2id$v=19$m=8,t=1,p=9$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"
            + " | the hash has p=9; 1 to 4 are taken",
        "ann:$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY$MDEyMzQ1Njc4OWFiY2RlZg"
            + " | salt or digest is not Base64",
      })
  void whatIsWrongIsToldWithItsLineAndWithoutSecrets(String line, String wrong) {
    assertThatThrownBy(() -> parse("# comment\n" + line.replace("HASH", HASH) + "\n"))
        .isInstanceOf(PasswordFileException.class)
        .hasMessageStartingWith("users:2: ")
        .hasMessageContaining(wrong)
        .hasMessageNotContaining(HASH)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aNameStandsOnce() {
    assertThatThrownBy(() -> parse("ann:" + HASH + "\n\nann:" + HASH))
        .hasMessage("users:3: user 'ann' is in line 1 already; remove one of them");
  }

  @Test
  void whatIsNoTextIsNoPasswordFile() {
    assertThatThrownBy(() -> PasswordFile.parse("users", new byte[] {(byte) 0xC3, 'a'}))
        .isInstanceOf(PasswordFileException.class)
        .hasMessageContaining("users: it is not UTF-8 text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "#a", " a", "a\n", "\ud800", "a\u2028b"})
  void namesThatDoNotFitALineAreNone(String name) {
    assertThatThrownBy(() -> CheapHash.user(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a user's name ");
    assertThatThrownBy(() -> CheapHash.user("ann", "x", name.equals("#a") ? "a,b" : name))
        .hasMessageStartingWith("a group's name ");
  }

  @Test
  void aUserIsNotPrintedWithTheHash() {
    assertThat(CheapHash.user("ann", "secret")).hasToString("user 'ann'");
  }

  // ---------------------------------------------------------------- at random

  private static final String ALPHABET = "abc äöü€😀 $=/.@\"'\\#-_";

  private static String randomName(Random random, String alphabet) {
    StringBuilder name = new StringBuilder("n");
    int[] letters = alphabet.codePoints().toArray();
    for (int i = random.nextInt(12); i > 0; i--) {
      name.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return name.append(random.nextInt(1000)).toString();
  }

  private static User randomUser(Random random) {
    Set<String> groups = new LinkedHashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      groups.add(randomName(random, ALPHABET));
    }
    return new User(
        randomName(random, ALPHABET + ","),
        HASH,
        groups,
        random.nextBoolean() ? ScramVerifier.parse(SCRAM) : null);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws PasswordFileException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      PasswordFile file = PasswordFile.EMPTY;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        User user = randomUser(random);
        file = file.with(user);
        names.remove(user.name());
        if (random.nextInt(4) == 0) {
          file = file.without(user.name());
        } else {
          names.add(user.name());
        }
      }
      PasswordFile again = parse(text(file));
      assertThat(again.users().keySet())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(names);
      assertThat(text(again)).as("seed %d", seed).isEqualTo(text(file));
      for (User user : again.users().values()) {
        User before = user(file, user.name());
        assertThat(user.line()).isEqualTo(before.line());
        assertThat(List.copyOf(user.groups())).isEqualTo(List.copyOf(before.groups()));
      }
    }
  }

  @Test
  void damageIsToldAndNeverAnythingElse() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = PasswordFile.EMPTY.with(randomUser(random)).with(randomUser(random)).content();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        PasswordFile.parse("users", bytes);
      } catch (PasswordFileException e) {
        assertThat(e.getMessage())
            .as("seed %d: %s", seed, new String(bytes, ISO_8859_1))
            .startsWith("users:")
            .doesNotContain(HASH.substring(HASH.length() - 20));
      }
    }
  }
}
