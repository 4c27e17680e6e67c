package io.forebay.core.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.core.message.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayFromTest {

  @Test
  void aPlaceIsTheOldestOrATimeAgoOrAnInstantOrAPosition() {
    assertThat(ReplayFrom.parse("earliest")).isEqualTo(new ReplayFrom.Earliest());
    assertThat(ReplayFrom.parse("15m")).isEqualTo(new ReplayFrom.Ago(900_000));
    assertThat(ReplayFrom.parse("500ms")).isEqualTo(new ReplayFrom.Ago(500));
    assertThat(ReplayFrom.parse("7d")).isEqualTo(new ReplayFrom.Ago(604_800_000));
    assertThat(ReplayFrom.parse("1970-01-01T00:00:02.5Z")).isEqualTo(new ReplayFrom.Time(2_500));
    assertThat(ReplayFrom.parse("default/0/1/4711"))
        .isEqualTo(new ReplayFrom.At(new Position("default", 0, 1, 4711)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "latest",
        "15",
        "15 m",
        "-1h",
        "1w",
        "2026-11-22",
        "2026-11-22T05:00:00+01:00",
        "2026-13-22T05:00:00Z",
        "+1000000000-01-01T00:00:00Z",
        "default/0/1",
        "default/0/1/-4",
        "default/0/1/99999999999999999999",
        "1h/0/1/4711",
        "earliest/0/1/4711"
      })
  void whatIsNoneOfThemIsRefusedWithWordsThatListThem(String text) {
    assertThatThrownBy(() -> ReplayFrom.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'earliest'")
        .hasMessageContaining("15m")
        .hasMessageContaining("default/0/1/4711");
  }

  @Test
  void aTimeTooLongAgoIsRefused() {
    assertThatThrownBy(() -> ReplayFrom.parse("999999999999999d"))
        .hasMessageContaining("999999999999999d");
  }

  @ParameterizedTest
  @CsvSource({
    "$replay/earliest/#, earliest, #",
    "$replay/1h/vehicles/+/speed, 1h, vehicles/+/speed",
    "$replay/2026-11-22T05:00:00Z/a, 2026-11-22T05:00:00Z, a",
    "$replay/default/0/1/4711/vehicles/#, default/0/1/4711, vehicles/#",
    "$replay/1h/0/1/4711/a, 1h, 0/1/4711/a",
    "$replay/1h//a, 1h, /a",
  })
  void aReplayIsThePlaceAndAFilter(String given, String from, String text) {
    TopicFilter filter = TopicFilter.parse(given, 9);
    assertThat(filter).isEqualTo(new TopicFilter(TopicFilter.Kind.REPLAY, text, from));
    assertThat(filter.given()).isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource({
    "$replay/, $replay/FROM/FILTER",
    "$replay/1h, $replay/FROM/FILTER",
    "$replay/1h/, at least one character",
    "$replay/default/0/1/47x11/a, a replay begins at",
    "$replay/default/0/1/4711, $replay/FROM/FILTER",
    "$replay/soon/a, not at 'soon'",
    "$replay//1h/a, begins at",
    "$replay/1h/a#, stands alone",
    "$replay/1h/1/2/3/4/5/6/7/8/9/10, at most 9 levels",
    "$replay/1h/$share/g/a, of a plain filter",
    "$replay/1h/$replay/1h/a, of a plain filter",
    "$share/g/$replay/1h/a, cannot have a replay",
  })
  void whatIsNoReplayIsRefusedInWords(String given, String words) {
    assertThatThrownBy(() -> TopicFilter.parse(given, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void anInstantIsNoPositionWhateverTheFilterLooksLike() {
    TopicFilter filter = TopicFilter.parse("$replay/2026-11-22T05:00:00Z/1/2/3/x", 9);
    assertThat(filter.label()).isEqualTo("2026-11-22T05:00:00Z");
    assertThat(filter.text()).isEqualTo("1/2/3/x");
  }

  @Test
  void theMostLevelsAreThoseOfTheFilterAlone() {
    assertThat(TopicFilter.parse("$replay/default/0/1/4711/a/b", 2).text()).isEqualTo("a/b");
  }
}
