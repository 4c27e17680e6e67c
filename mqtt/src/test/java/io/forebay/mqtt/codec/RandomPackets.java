package io.forebay.mqtt.codec;

import io.forebay.core.message.Properties;
import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Auth;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.Disconnect;
import io.forebay.mqtt.Packet;
import io.forebay.mqtt.Pingreq;
import io.forebay.mqtt.Pingresp;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.Puback;
import io.forebay.mqtt.Pubcomp;
import io.forebay.mqtt.Publish;
import io.forebay.mqtt.Pubrec;
import io.forebay.mqtt.Pubrel;
import io.forebay.mqtt.ReasonCode;
import io.forebay.mqtt.Suback;
import io.forebay.mqtt.Subscribe;
import io.forebay.mqtt.Unsuback;
import io.forebay.mqtt.Unsubscribe;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Valid packets of one version, the same for the same seed. They hold only what the version can
/// say, so that they survive the wire unchanged.
final class RandomPackets {
  static final int TYPES = 15;

  private static final String[] LETTERS = {"a", "Z", "7", "/", "$", " ", "é", "€", "🚗", "\uFEFF"};

  private final Random random;
  private final ProtocolVersion version;
  private final boolean v5;

  RandomPackets(Random random, ProtocolVersion version) {
    this.random = random;
    this.version = version;
    this.v5 = version == ProtocolVersion.V5;
  }

  /// A packet of the type with this number, 1 to 15; 15 exists in MQTT 5 only.
  Packet next(int type) {
    return switch (type) {
      case 1 -> connect();
      case 2 -> connack();
      case 3 -> publish();
      case 4 -> new Puback(packetId(), reason(Reasons.PUBLISHED), reasonString(), properties());
      case 5 -> new Pubrec(packetId(), reason(Reasons.PUBLISHED), reasonString(), properties());
      case 6 -> new Pubrel(packetId(), reason(Reasons.RELEASED), reasonString(), properties());
      case 7 -> new Pubcomp(packetId(), reason(Reasons.RELEASED), reasonString(), properties());
      case 8 -> subscribe();
      case 9 -> new Suback(packetId(), subackReasons(), reasonString(), properties());
      case 10 -> new Unsubscribe(packetId(), properties(), some(1, this::text));
      case 11 -> new Unsuback(packetId(), unsubackReasons(), reasonString(), properties());
      case 12 -> Pingreq.INSTANCE;
      case 13 -> Pingresp.INSTANCE;
      case 14 -> disconnect();
      case 15 -> auth();
      default -> throw new IllegalArgumentException("no type " + type);
    };
  }

  private Connect connect() {
    boolean clean = random.nextBoolean();
    long mqtt3Expiry = clean ? 0 : Connect.NEVER_EXPIRES;
    String method = v5 ? maybe(this::text) : null;
    String username = maybe(this::text);
    return new Connect(
        version,
        text(),
        clean,
        random.nextInt(65_536),
        v5 ? fourBytes() : mqtt3Expiry,
        v5 ? 1 + random.nextInt(65_535) : 65_535,
        v5 && random.nextBoolean() ? 1 + random.nextInt(1 << 30) : Connect.NO_LIMIT,
        v5 ? random.nextInt(65_536) : 0,
        v5 && random.nextBoolean(),
        !v5 || random.nextBoolean(),
        properties(),
        method,
        method == null ? null : maybe(this::bytes),
        maybe(this::will),
        username,
        username == null && !v5 ? null : maybe(this::bytes));
  }

  private Will will() {
    long delay = v5 ? fourBytes() : 0;
    return new Will(
        topic(), bytes(), qos(), random.nextBoolean(), messageProperties(), expiry(), delay);
  }

  private Connack connack() {
    ReasonCode reason = v5 ? reason(Reasons.CONNACK) : mqtt3ConnackReason();
    boolean present = version != ProtocolVersion.V3_1 && reason == ReasonCode.SUCCESS;
    return new Connack(
        present && random.nextBoolean(),
        reason,
        expiry(),
        v5 ? 1 + random.nextInt(65_535) : 65_535,
        v5 ? random.nextInt(3) : 2,
        !v5 || random.nextBoolean(),
        v5 && random.nextBoolean() ? 1 + random.nextInt(1 << 30) : Connect.NO_LIMIT,
        v5 ? maybe(this::text) : null,
        v5 ? random.nextInt(65_536) : 0,
        reasonString(),
        properties(),
        !v5 || random.nextBoolean(),
        !v5 || random.nextBoolean(),
        !v5 || random.nextBoolean(),
        v5 ? random.nextInt(65_537) - 1 : -1,
        v5 ? maybe(this::text) : null,
        v5 ? maybe(this::text) : null,
        v5 ? maybe(this::text) : null,
        v5 ? maybe(this::bytes) : null);
  }

  private ReasonCode mqtt3ConnackReason() {
    return pick(
        List.of(
            ReasonCode.SUCCESS,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.SERVER_UNAVAILABLE,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED));
  }

  Publish publish() {
    Qos qos = qos();
    int alias = v5 && random.nextBoolean() ? 1 + random.nextInt(65_535) : 0;
    return new Publish(
        qos == Qos.AT_MOST_ONCE ? 0 : packetId(),
        qos != Qos.AT_MOST_ONCE && random.nextBoolean(),
        qos,
        random.nextBoolean(),
        alias != 0 && random.nextBoolean() ? "" : topic(),
        alias,
        expiry(),
        v5 ? random.ints(random.nextInt(4), 1, VariableByteInteger.MAX + 1).toArray() : new int[0],
        messageProperties(),
        bytes());
  }

  private Subscribe subscribe() {
    int id = v5 && random.nextBoolean() ? 1 + random.nextInt(VariableByteInteger.MAX) : 0;
    return new Subscribe(packetId(), id, properties(), some(1, this::entry));
  }

  private Subscribe.Entry entry() {
    String filter = text();
    boolean noLocal = v5 && random.nextBoolean() && !filter.startsWith("$share/");
    return new Subscribe.Entry(
        filter, qos(), noLocal, v5 && random.nextBoolean(), v5 ? random.nextInt(3) : 0);
  }

  private List<ReasonCode> subackReasons() {
    return some(1, () -> reason(v5 ? Reasons.SUBACK : Reasons.SUBACK_OF_MQTT_3));
  }

  private List<ReasonCode> unsubackReasons() {
    return v5 ? some(1, () -> reason(Reasons.UNSUBACK)) : List.of();
  }

  private Disconnect disconnect() {
    return new Disconnect(
        reason(Reasons.DISCONNECT),
        expiry(),
        reasonString(),
        properties(),
        v5 ? maybe(this::text) : null);
  }

  private Auth auth() {
    return new Auth(
        reason(Reasons.AUTH), text(), maybe(this::bytes), reasonString(), properties());
  }

  // NullAway: see MessageProperties.with.
  @SuppressWarnings("NullAway")
  private Properties messageProperties() {
    if (!v5 || random.nextBoolean()) {
      return Properties.NONE;
    }
    boolean declared = random.nextBoolean();
    return new Properties(
        declared,
        declared && random.nextBoolean(),
        maybe(this::text),
        maybe(this::topic),
        maybe(this::bytes),
        properties());
  }

  private List<UserProperty> properties() {
    return v5 ? some(0, () -> new UserProperty(text(), text())) : List.of();
  }

  private @Nullable String reasonString() {
    return v5 ? maybe(this::text) : null;
  }

  /// MQTT 3 has no reasons in these packets, which means success.
  private ReasonCode reason(Set<ReasonCode> allowed) {
    boolean said = v5 || allowed.equals(Reasons.SUBACK_OF_MQTT_3);
    return said ? pick(List.copyOf(allowed)) : ReasonCode.SUCCESS;
  }

  private long expiry() {
    return v5 && random.nextBoolean() ? fourBytes() : -1;
  }

  private long fourBytes() {
    return random.nextInt() & 0xFFFF_FFFFL;
  }

  private int packetId() {
    return 1 + random.nextInt(65_535);
  }

  private Qos qos() {
    return Qos.of(random.nextInt(3));
  }

  private String topic() {
    return "t" + text();
  }

  private String text() {
    int length = random.nextInt(16) == 0 ? random.nextInt(300) : random.nextInt(12);
    StringBuilder text = new StringBuilder();
    boolean ascii = random.nextBoolean();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS[random.nextInt(ascii ? 6 : LETTERS.length)]);
    }
    return text.toString();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(16) == 0 ? random.nextInt(3_000) : random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> List<T> some(int least, Supplier<T> value) {
    return IntStream.range(0, least + random.nextInt(4)).mapToObj(i -> value.get()).toList();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
