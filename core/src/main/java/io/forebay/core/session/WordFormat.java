package io.forebay.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of [Word]s. Nothing else knows this layout:
///
/// ```
/// version 1 | { kind 1 | [name] | what the kind has }
/// ```
///
/// The name is left out, and the kind's highest bit set, where it is that of the word before.
/// Numbers are in groups of seven bits, lowest first; strings and bytes are a length and what they
/// are.
final class WordFormat {
  private static final int VERSION = 1;
  private static final int SAME_NAME = 0x80;

  private static final int JOIN = 1;
  private static final int LEAVE = 2;
  private static final int DONE = 3;
  private static final int RESUMED = 4;
  private static final int ASK = 5;
  private static final int JOINED = 6;
  private static final int REFUSED = 7;
  private static final int ELSEWHERE = 8;
  private static final int LEASED = 9;
  private static final int ANSWER = 10;

  private static final int PERSISTENT = 1;
  private static final int AGAIN = 2;
  private static final int PAUSED = 4;

  private WordFormat() {}

  // ---------------------------------------------------------------- encode

  static byte[] encode(List<Word> words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * words.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      String name = null;
      for (Word word : words) {
        boolean same = word.name().equals(name);
        name = word.name();
        out.writeByte(kind(word) | (same ? SAME_NAME : 0));
        if (!same) {
          text(out, name);
        }
        encode(out, word);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static int kind(Word word) {
    return switch (word) {
      case Word.Join w -> JOIN;
      case Word.Leave w -> LEAVE;
      case Word.Done w -> DONE;
      case Word.Resumed w -> RESUMED;
      case Word.Ask w -> ASK;
      case Word.Joined w -> JOINED;
      case Word.Refused w -> REFUSED;
      case Word.Elsewhere w -> ELSEWHERE;
      case Word.Leased w -> LEASED;
      case Word.Answer w -> ANSWER;
    };
  }

  private static void encode(DataOutputStream out, Word word) throws IOException {
    switch (word) {
      case Word.Join join -> encodeJoin(out, join);
      case Word.Leave leave -> {
        number(out, leave.seat());
        out.writeBoolean(leave.comesBack());
        number(out, leave.backs().size());
        for (Word.Back back : leave.backs()) {
          back(out, back);
        }
      }
      case Word.Done done -> {
        number(out, done.seat());
        back(out, done.back());
      }
      case Word.Resumed resumed -> {
        number(out, resumed.seat());
        number(out, resumed.round());
      }
      case Word.Ask ask -> {
        number(out, ask.id());
        out.writeBoolean(ask.delete());
      }
      case Word.Joined joined -> {
        number(out, joined.seat());
        number(out, joined.number());
      }
      case Word.Refused refused -> {
        number(out, refused.seat());
        number(out, refused.number());
      }
      case Word.Elsewhere elsewhere -> number(out, elsewhere.attempt());
      case Word.Leased leased -> {
        number(out, leased.seat());
        place(out, leased.place());
        number(out, leased.redeliveries());
        number(out, leased.round());
      }
      case Word.Answer answer -> {
        number(out, answer.id());
        number(out, answer.members());
        bytes(out, answer.row());
        String problem = answer.problem();
        bytes(out, problem == null ? null : problem.getBytes(UTF_8));
      }
    }
  }

  private static void encodeJoin(DataOutputStream out, Word.Join join) throws IOException {
    number(out, join.seat());
    number(out, join.number());
    number(out, join.attempt());
    out.writeByte(join.qos());
    number(out, join.windowSize());
    out.writeByte(
        (join.persistent() ? PERSISTENT : 0)
            | (join.again() ? AGAIN : 0)
            | (join.paused() ? PAUSED : 0));
    number(out, join.round());
    number(out, join.held().size());
    for (Word.Place place : join.held()) {
      place(out, place);
    }
  }

  private static void back(DataOutputStream out, Word.Back back) throws IOException {
    place(out, back.place());
    out.writeByte(back.how().ordinal());
  }

  private static void place(DataOutputStream out, Word.Place place) throws IOException {
    number(out, place.partition());
    number(out, place.offset());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    number(out, bytes.length);
    out.write(bytes);
  }

  /// Null is 0; else the length is one more than it is.
  private static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    number(out, bytes == null ? 0 : bytes.length + 1L);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    long rest = value;
    while (rest >= 0x80) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  // ---------------------------------------------------------------- decode

  /// @throws IllegalArgumentException if the bytes are not what [#encode] writes
  static List<Word> decode(byte[] bytes) {
    List<Word> words = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown words " + version);
      }
      String name = null;
      while (in.available() > 0) {
        int kind = in.readUnsignedByte();
        if ((kind & SAME_NAME) == 0) {
          name = text(in);
        }
        if (name == null) {
          throw new IllegalArgumentException("words without a name");
        }
        words.add(word(in, kind & ~SAME_NAME, name));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("words are cut off", e);
    }
    return words;
  }

  private static Word word(DataInputStream in, int kind, String name) throws IOException {
    return switch (kind) {
      case JOIN -> join(in, name);
      case LEAVE -> leave(in, name);
      case DONE -> new Word.Done(name, small(in), back(in));
      case RESUMED -> new Word.Resumed(name, small(in), small(in));
      case ASK -> new Word.Ask(name, small(in), in.readBoolean());
      case JOINED -> new Word.Joined(name, small(in), small(in));
      case REFUSED -> new Word.Refused(name, small(in), small(in));
      case ELSEWHERE -> new Word.Elsewhere(name, small(in));
      case LEASED -> new Word.Leased(name, small(in), place(in), small(in), small(in), null);
      case ANSWER -> {
        int id = small(in);
        int members = small(in);
        byte[] row = bytes(in);
        byte[] problem = bytes(in);
        yield new Word.Answer(
            name, id, members, row, problem == null ? null : new String(problem, UTF_8));
      }
      default -> throw new IllegalArgumentException("an unknown word " + kind);
    };
  }

  private static Word join(DataInputStream in, String name) throws IOException {
    int seat = small(in);
    int number = small(in);
    int attempt = small(in);
    int qos = in.readUnsignedByte();
    if (qos > 2) {
      throw new IllegalArgumentException("there is no QoS " + qos);
    }
    int windowSize = small(in);
    int flags = in.readUnsignedByte();
    int round = small(in);
    List<Word.Place> held = new ArrayList<>();
    for (int i = count(in, 2); i > 0; i--) {
      held.add(place(in));
    }
    return new Word.Join(
        name,
        seat,
        number,
        attempt,
        qos,
        windowSize,
        (flags & PERSISTENT) != 0,
        (flags & AGAIN) != 0,
        (flags & PAUSED) != 0,
        round,
        held);
  }

  private static Word leave(DataInputStream in, String name) throws IOException {
    int seat = small(in);
    boolean comesBack = in.readBoolean();
    List<Word.Back> backs = new ArrayList<>();
    for (int i = count(in, 3); i > 0; i--) {
      backs.add(back(in));
    }
    return new Word.Leave(name, seat, comesBack, backs);
  }

  private static Word.Back back(DataInputStream in) throws IOException {
    Word.Place place = place(in);
    int how = in.readUnsignedByte();
    if (how >= Word.How.values().length) {
      throw new IllegalArgumentException("an unknown end of a lease " + how);
    }
    return new Word.Back(place, Word.How.values()[how]);
  }

  private static Word.Place place(DataInputStream in) throws IOException {
    return new Word.Place(small(in), number(in));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(count(in, 1)), UTF_8);
  }

  private static byte @Nullable [] bytes(DataInputStream in) throws IOException {
    int length = small(in);
    if (length > in.available() + 1) {
      throw new IllegalArgumentException("words are cut off");
    }
    return length == 0 ? null : in.readNBytes(length - 1);
  }

  /// A number of things that follow, of so many bytes at least.
  private static int count(DataInputStream in, int bytesEach) throws IOException {
    int count = small(in);
    if (count > in.available() / bytesEach) {
      throw new IllegalArgumentException("words are cut off");
    }
    return count;
  }

  private static int small(DataInputStream in) throws IOException {
    long value = number(in);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too large a number");
    }
    return (int) value;
  }

  private static long number(DataInputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int part = in.readUnsignedByte();
      value |= (long) (part & 0x7F) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("too large a number");
  }
}
