package io.forebay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where in an ordered list of topics (UTF-8, by unsigned bytes) those are that a filter with
/// wildcards may match: from any topic it tells how far to jump.
///
/// It reads topics byte by byte and keeps the place in the filter that the next byte has to suit: a
/// `+` suits all but `/`, which goes on behind it; a `#` suits all. From a topic it goes back to
/// the last byte that could have been a larger one and still suit, and from there on takes what the
/// filter says literally, up to its next wildcard.
final class FilterWalk {
  private static final int NOWHERE = -1;

  /// No byte of UTF-8 is above it.
  private static final int LARGEST_BYTE = 0xF4;

  private final byte[] filter;

  /// @param filter a valid filter
  FilterWalk(String filter) {
    this.filter = filter.getBytes(UTF_8);
  }

  /// No topic below it matches.
  byte[] first() {
    return literally(new byte[0], 0, 0);
  }

  /// No topic between `topic` and this one matches; null if none above `topic` does.
  byte @Nullable [] after(byte[] topic) {
    byte[] bound = Arrays.copyOf(topic, topic.length + 1);
    bound[topic.length] = 1;
    int[] places = new int[bound.length + 1];
    int at = 0;
    while (at < bound.length && places[at] != NOWHERE) {
      places[at + 1] = next(places[at], bound[at], at);
      at++;
    }
    if (places[at] != NOWHERE) {
      return literally(bound, at, places[at]);
    }
    for (at--; at >= 0; at--) {
      int larger = larger(places[at], bound[at] & 0xFF, at);
      if (larger != NOWHERE) {
        bound[at] = (byte) larger;
        return literally(bound, at + 1, next(places[at], bound[at], at));
      }
    }
    return null;
  }

  /// The least byte above `given` that suits.
  private int larger(int place, int given, int at) {
    if (place == filter.length) {
      return NOWHERE;
    }
    if (!wildcard(place)) {
      int wanted = filter[place] & 0xFF;
      return wanted > given ? wanted : NOWHERE;
    }
    int larger = given + 1;
    while (next(place, (byte) larger, at) == NOWHERE) {
      larger++;
    }
    return larger <= LARGEST_BYTE ? larger : NOWHERE;
  }

  /// @param at where in the topic the byte is
  private int next(int place, byte given, int at) {
    if (place == filter.length) {
      return NOWHERE;
    }
    byte wanted = filter[place];
    if (at == 0 && given == '$' && wildcard(place)) {
      return NOWHERE;
    }
    if (wanted == '#') {
      return place;
    }
    if (wanted == '+') {
      return given != '/' ? place : place + 1 < filter.length ? place + 2 : NOWHERE;
    }
    return given == wanted ? place + 1 : NOWHERE;
  }

  private byte[] literally(byte[] begin, int length, int place) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length + filter.length);
    bytes.write(begin, 0, length);
    for (int i = place; i < filter.length && !mayEnd(i) && !wildcard(i); i++) {
      bytes.write(filter[i]);
    }
    return bytes.toByteArray();
  }

  private boolean wildcard(int place) {
    return filter[place] == '+' || filter[place] == '#';
  }

  /// `a/#` matches `a` too (MQTT 5 §4.7.1.2).
  private boolean mayEnd(int place) {
    return place == filter.length - 2 && filter[place + 1] == '#';
  }
}
