package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.Qos;
import io.forebay.core.message.UserProperty;
import io.forebay.core.session.Will;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CONNECT (§3.1), the one packet that says its own version.
final class ConnectCodec {
  private static final int RESERVED = 0x01;
  private static final int CLEAN_START = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_QOS = 0x18;
  private static final int WILL_QOS_SHIFT = 3;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USERNAME = 0x80;

  /// Mosquitto's bridges set it in the level of MQTT 3.1 and 3.1.1. They mean the same version.
  private static final int BRIDGE_BIT = 0x80;

  private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;

  private ConnectCodec() {}

  static Connect decode(ByteBuf in, int end) {
    String name = Utf8Strings.read(in, end, "protocol name");
    ProtocolVersion version = version(name, Fields.readByte(in, end, "protocol level"));
    try {
      Connect connect = decode(in, end, version);
      Fields.expectEnd(in, end, "CONNECT");
      return connect;
    } catch (MalformedPacket e) {
      throw e.in(version);
    }
  }

  private static ProtocolVersion version(String name, int level) {
    return switch (name) {
      case "MQTT" ->
          switch (level) {
            case 4, 4 | BRIDGE_BIT -> ProtocolVersion.V3_1_1;
            case 5 -> ProtocolVersion.V5;
            default ->
                throw unsupported(
                    level, level < 4 ? ProtocolVersion.V3_1_1 : ProtocolVersion.V5);
          };
      case "MQIsdp" -> {
        if ((level & ~BRIDGE_BIT) != 3) {
          throw unsupported(level, ProtocolVersion.V3_1);
        }
        yield ProtocolVersion.V3_1;
      }
      default ->
          throw new MalformedPacket(
              ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
              "the protocol name is neither MQTT nor MQIsdp");
    };
  }

  private static MalformedPacket unsupported(int level, ProtocolVersion answerIn) {
    return new MalformedPacket(
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        "protocol level " + level + " is not that of MQTT 3.1, 3.1.1 or 5",
        answerIn);
  }

  private static Connect decode(ByteBuf in, int end, ProtocolVersion version) {
    int flags = Fields.readByte(in, end, "connect flags");
    checkFlags(flags, version);
    int keepAliveSeconds = Fields.readTwoBytes(in, end, "keep alive");
    Options options =
        version == ProtocolVersion.V5 ? Options.read(in, end) : Options.ofMqtt3(flags);
    String clientId = Utf8Strings.read(in, end, "client identifier");
    Will will = (flags & WILL) == 0 ? null : readWill(in, end, version, flags);
    String username =
        present(flags, USERNAME, version, in, end) ? Utf8Strings.read(in, end, "user name") : null;
    byte[] password =
        present(flags, PASSWORD, version, in, end) ? Fields.readBinary(in, end, "password") : null;
    return options.connect(
        version, clientId, (flags & CLEAN_START) != 0, keepAliveSeconds, will, username, password);
  }

  private static void checkFlags(int flags, ProtocolVersion version) {
    // MQTT 3.1 leaves the reserved bit open, and has will QoS and retain disregarded without a
    // will.
    if (version != ProtocolVersion.V3_1) {
      if ((flags & RESERVED) != 0) {
        throw malformed("the reserved connect flag is set");
      }
      if ((flags & WILL) == 0 && (flags & (WILL_QOS | WILL_RETAIN)) != 0) {
        throw malformed("will QoS or will retain is set without a will");
      }
    }
    if ((flags & WILL) != 0 && (flags & WILL_QOS) == WILL_QOS) {
      throw malformed("will QoS is 3");
    }
    boolean passwordOnly = (flags & (USERNAME | PASSWORD)) == PASSWORD;
    if (passwordOnly && version != ProtocolVersion.V5) {
      throw malformed("a password without a user name");
    }
  }

  private static Will readWill(ByteBuf in, int end, ProtocolVersion version, int flags) {
    Qos qos = Qos.of((flags & WILL_QOS) >> WILL_QOS_SHIFT);
    return WillCodec.decode(in, end, version, qos, (flags & WILL_RETAIN) != 0);
  }

  /// In MQTT 3.1 user name and password may be missing in spite of their flags: "the Remaining
  /// Length field takes precedence" (3.1 §3.1).
  private static boolean present(
      int flags, int flag, ProtocolVersion version, ByteBuf in, int end) {
    return (flags & flag) != 0 && (version != ProtocolVersion.V3_1 || in.readerIndex() < end);
  }

  static int size(Connect connect) {
    return Fields.frameSize(remainingLength(connect));
  }

  static void encode(Connect connect, ByteBuf out) {
    ProtocolVersion version = connect.version();
    Fields.writeHeader(out, PacketType.header(PacketType.CONNECT), remainingLength(connect));
    Utf8Strings.write(out, version.protocolName());
    out.writeByte(version.level());
    out.writeByte(flags(connect));
    out.writeShort(connect.keepAliveSeconds());
    if (version == ProtocolVersion.V5) {
      PropertyWriter writer = counted(connect);
      writer.startWriting(out);
      state(connect, writer);
    }
    writePayload(connect, out);
  }

  private static void writePayload(Connect connect, ByteBuf out) {
    Utf8Strings.write(out, connect.clientId());
    if (connect.will() != null) {
      WillCodec.encode(connect.will(), connect.version(), out);
    }
    if (connect.username() != null) {
      Utf8Strings.write(out, connect.username());
    }
    if (connect.password() != null) {
      Fields.writeBinary(out, connect.password());
    }
  }

  private static int remainingLength(Connect connect) {
    ProtocolVersion version = connect.version();
    int length = Utf8Strings.size(version.protocolName()) + 4;
    length += Utf8Strings.size(connect.clientId());
    length += version == ProtocolVersion.V5 ? counted(connect).size() : 0;
    length += connect.will() == null ? 0 : WillCodec.size(connect.will(), version);
    length += connect.username() == null ? 0 : Utf8Strings.size(connect.username());
    length += connect.password() == null ? 0 : Fields.binarySize(connect.password());
    return length;
  }

  private static int flags(Connect connect) {
    int flags = connect.cleanStart() ? CLEAN_START : 0;
    flags |= connect.username() == null ? 0 : USERNAME;
    flags |= connect.password() == null ? 0 : PASSWORD;
    Will will = connect.will();
    if (will != null) {
      flags |= WILL | will.qos().level() << WILL_QOS_SHIFT | (will.retain() ? WILL_RETAIN : 0);
    }
    return flags;
  }

  private static PropertyWriter counted(Connect connect) {
    PropertyWriter writer = new PropertyWriter();
    state(connect, writer);
    return writer;
  }

  private static void state(Connect connect, PropertyWriter to) {
    to.fourBytes(PropertyId.SESSION_EXPIRY_INTERVAL, connect.sessionExpirySeconds(), 0);
    to.twoBytes(PropertyId.RECEIVE_MAXIMUM, connect.receiveMaximum(), RECEIVE_MAXIMUM_DEFAULT);
    to.fourBytes(PropertyId.MAXIMUM_PACKET_SIZE, connect.maximumPacketSize(), Connect.NO_LIMIT);
    to.twoBytes(PropertyId.TOPIC_ALIAS_MAXIMUM, connect.topicAliasMaximum(), 0);
    to.flag(
        PropertyId.REQUEST_RESPONSE_INFORMATION, connect.requestResponseInformation(), false);
    to.flag(PropertyId.REQUEST_PROBLEM_INFORMATION, connect.requestProblemInformation(), true);
    to.userProperties(connect.userProperties());
    to.string(PropertyId.AUTHENTICATION_METHOD, connect.authenticationMethod());
    to.binary(PropertyId.AUTHENTICATION_DATA, connect.authenticationData());
  }

  /// What MQTT 5 says in properties (§3.1.2.11), with the values that absence means.
  private static final class Options {
    private static final long IDS =
        PropertyId.setOf(
            PropertyId.SESSION_EXPIRY_INTERVAL,
            PropertyId.RECEIVE_MAXIMUM,
            PropertyId.MAXIMUM_PACKET_SIZE,
            PropertyId.TOPIC_ALIAS_MAXIMUM,
            PropertyId.REQUEST_RESPONSE_INFORMATION,
            PropertyId.REQUEST_PROBLEM_INFORMATION,
            PropertyId.AUTHENTICATION_METHOD,
            PropertyId.AUTHENTICATION_DATA);

    private long sessionExpirySeconds;
    private int receiveMaximum = RECEIVE_MAXIMUM_DEFAULT;
    private long maximumPacketSize = Connect.NO_LIMIT;
    private int topicAliasMaximum;
    private boolean requestResponseInformation;
    private boolean requestProblemInformation = true;
    private @Nullable String authenticationMethod;
    private byte @Nullable [] authenticationData;
    private List<UserProperty> userProperties = List.of();

    /// A session of MQTT 3 that is not clean is kept until the client says otherwise.
    static Options ofMqtt3(int flags) {
      Options options = new Options();
      options.sessionExpirySeconds = (flags & CLEAN_START) != 0 ? 0 : Connect.NEVER_EXPIRES;
      return options;
    }

    static Options read(ByteBuf in, int end) {
      Options options = new Options();
      PropertyReader reader = new PropertyReader(in, end, "CONNECT", IDS);
      for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
        options.read(id, reader);
      }
      options.userProperties = reader.userProperties();
      if (options.authenticationData != null && options.authenticationMethod == null) {
        throw protocolError("authentication data without an authentication method");
      }
      return options;
    }

    private void read(int id, PropertyReader from) {
      switch (id) {
        case PropertyId.SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = from.readFourBytes();
        case PropertyId.RECEIVE_MAXIMUM -> receiveMaximum = from.readPositiveTwoBytes();
        case PropertyId.MAXIMUM_PACKET_SIZE -> maximumPacketSize = from.readPositiveFourBytes();
        case PropertyId.TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = from.readTwoBytes();
        case PropertyId.REQUEST_RESPONSE_INFORMATION ->
            requestResponseInformation = from.readFlag();
        case PropertyId.REQUEST_PROBLEM_INFORMATION -> requestProblemInformation = from.readFlag();
        case PropertyId.AUTHENTICATION_METHOD -> authenticationMethod = from.readString();
        case PropertyId.AUTHENTICATION_DATA -> authenticationData = from.readBinary();
        default -> throw from.unhandled();
      }
    }

    Connect connect(
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        int keepAliveSeconds,
        @Nullable Will will,
        @Nullable String username,
        byte @Nullable [] password) {
      return new Connect(
          version,
          clientId,
          cleanStart,
          keepAliveSeconds,
          sessionExpirySeconds,
          receiveMaximum,
          maximumPacketSize,
          topicAliasMaximum,
          requestResponseInformation,
          requestProblemInformation,
          userProperties,
          authenticationMethod,
          authenticationData,
          will,
          username,
          password);
    }
  }
}
