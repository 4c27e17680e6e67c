package io.forebay.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordFormatTest {
  private static final int ROUNDS = 2_000;
  private static final List<String> NAMES = List.of("$share/g/a", "$queue/jobs", "$queue/ä");

  private final Random dice = new Random(1);

  private int small() {
    return dice.nextInt() >>> dice.nextInt(1, 32);
  }

  private Word.Place place() {
    return new Word.Place(small(), dice.nextLong() >>> dice.nextInt(1, 64));
  }

  private Word.Back back() {
    return new Word.Back(place(), Word.How.values()[dice.nextInt(Word.How.values().length)]);
  }

  private byte[] bytes() {
    byte[] bytes = new byte[dice.nextInt(20)];
    dice.nextBytes(bytes);
    return bytes;
  }

  private Word word(String name) {
    return switch (dice.nextInt(10)) {
      case 0 -> {
        List<Word.Place> held = new ArrayList<>();
        for (int i = dice.nextInt(4); i > 0; i--) {
          held.add(place());
        }
        yield new Word.Join(
            name,
            small(),
            small(),
            small(),
            dice.nextInt(3),
            small(),
            dice.nextBoolean(),
            dice.nextBoolean(),
            dice.nextBoolean(),
            small(),
            held);
      }
      case 1 -> {
        List<Word.Back> backs = new ArrayList<>();
        for (int i = dice.nextInt(4); i > 0; i--) {
          backs.add(back());
        }
        yield new Word.Leave(name, small(), dice.nextBoolean(), backs);
      }
      case 2 -> new Word.Done(name, small(), back());
      case 3 -> new Word.Resumed(name, small(), small());
      case 4 -> new Word.Ask(name, small(), dice.nextBoolean());
      case 5 -> new Word.Joined(name, small(), small());
      case 6 -> new Word.Refused(name, small(), small());
      case 7 -> new Word.Elsewhere(name, small());
      case 8 -> new Word.Leased(name, small(), place(), small(), small(), null);
      default ->
          new Word.Answer(
              name,
              small(),
              small(),
              dice.nextBoolean() ? null : bytes(),
              dice.nextBoolean() ? null : "no: ü");
    };
  }

  private List<Word> words() {
    List<Word> words = new ArrayList<>();
    for (int i = dice.nextInt(6); i >= 0; i--) {
      words.add(word(NAMES.get(dice.nextInt(NAMES.size()))));
    }
    return words;
  }

  @Test
  void whatWasSaidIsHeard() {
    for (int i = 0; i < ROUNDS; i++) {
      List<Word> words = words();
      List<Word> heard = WordFormat.decode(WordFormat.encode(words));
      assertThat(heard)
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(words);
    }
  }

  @Test
  void aNameIsSaidOnceForWordsInARow() {
    Word word = new Word.Joined("$queue/jobs", 1, 1);
    int one = WordFormat.encode(List.of(word)).length;
    int two = WordFormat.encode(List.of(word, word)).length;
    assertThat(two - one).isEqualTo(3);
  }

  @Test
  void whatIsDamagedIsRefusedInWords() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = WordFormat.encode(words());
      if (dice.nextBoolean()) {
        bytes = Arrays.copyOf(bytes, dice.nextInt(bytes.length));
      } else {
        bytes[dice.nextInt(bytes.length)] = (byte) dice.nextInt();
      }
      try {
        WordFormat.decode(bytes);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching(".+");
      }
    }
  }

  @Test
  void wordsOfAnotherVersionAreRefused() {
    byte[] bytes = WordFormat.encode(List.of(new Word.Elsewhere("$queue/jobs", 1)));
    bytes[0]++;
    assertThatThrownBy(() -> WordFormat.decode(bytes)).hasMessageContaining("unknown words");
  }
}
