package io.forebay.mqtt.codec;

import static io.forebay.mqtt.codec.MalformedPacket.malformed;
import static io.forebay.mqtt.codec.MalformedPacket.protocolError;

import io.forebay.core.message.UserProperty;
import io.forebay.mqtt.Connack;
import io.forebay.mqtt.Connect;
import io.forebay.mqtt.ProtocolVersion;
import io.forebay.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CONNACK (§3.2). MQTT 3 knows six return codes (3.1.1 table 3.1), which stand for reason codes
/// here.
final class ConnackCodec {
  private static final int SESSION_PRESENT = 0x01;
  private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;
  private static final int MAXIMUM_QOS_DEFAULT = 2;

  private ConnackCodec() {}

  static Connack decode(ByteBuf in, int end, ProtocolVersion version) {
    int flags = Fields.readByte(in, end, "connect acknowledge flags");
    ReasonCode reason =
        version == ProtocolVersion.V5
            ? Reasons.read(in, end, Reasons.CONNACK, "CONNACK")
            : ofReturnCode(Fields.readByte(in, end, "connect return code"));
    boolean sessionPresent = sessionPresent(flags, reason, version);
    Options options = new Options();
    if (version == ProtocolVersion.V5) {
      options.read(in, end);
    }
    return options.connack(sessionPresent, reason);
  }

  private static boolean sessionPresent(int flags, ReasonCode reason, ProtocolVersion version) {
    if (version == ProtocolVersion.V3_1) {
      return false; // the byte is "not used" in 3.1, whatever it holds
    }
    if ((flags & ~SESSION_PRESENT) != 0) {
      throw malformed("reserved connect acknowledge flags are set");
    }
    if (flags != 0 && reason != ReasonCode.SUCCESS) {
      throw protocolError("a refusal with session present");
    }
    return flags != 0;
  }

  private static ReasonCode ofReturnCode(int code) {
    return switch (code) {
      case 0 -> ReasonCode.SUCCESS;
      case 1 -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
      case 2 -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
      case 3 -> ReasonCode.SERVER_UNAVAILABLE;
      case 4 -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
      case 5 -> ReasonCode.NOT_AUTHORIZED;
      default -> throw malformed("connect return code " + code + " is reserved");
    };
  }

  private static int returnCode(ReasonCode reason) {
    return switch (reason) {
      case SUCCESS -> 0;
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED, BANNED -> 5;
      default -> 3;
    };
  }

  static int size(Connack connack, ProtocolVersion version) {
    return Fields.frameSize(2 + (version == ProtocolVersion.V5 ? counted(connack).size() : 0));
  }

  static void encode(Connack connack, ProtocolVersion version, ByteBuf out) {
    int sessionPresent = connack.sessionPresent() ? SESSION_PRESENT : 0;
    int header = PacketType.header(PacketType.CONNACK);
    if (version != ProtocolVersion.V5) {
      Fields.writeHeader(out, header, 2);
      out.writeByte(version == ProtocolVersion.V3_1 ? 0 : sessionPresent);
      out.writeByte(returnCode(connack.reason()));
      return;
    }
    PropertyWriter writer = counted(connack);
    Fields.writeHeader(out, header, 2 + writer.size());
    out.writeByte(sessionPresent);
    out.writeByte(connack.reason().code());
    writer.startWriting(out);
    state(connack, writer);
  }

  private static PropertyWriter counted(Connack connack) {
    PropertyWriter writer = new PropertyWriter();
    state(connack, writer);
    return writer;
  }

  private static void state(Connack connack, PropertyWriter to) {
    to.fourBytes(PropertyId.SESSION_EXPIRY_INTERVAL, connack.sessionExpirySeconds(), -1);
    to.twoBytes(PropertyId.RECEIVE_MAXIMUM, connack.receiveMaximum(), RECEIVE_MAXIMUM_DEFAULT);
    if (connack.maximumQos() != MAXIMUM_QOS_DEFAULT) {
      to.oneByte(PropertyId.MAXIMUM_QOS, connack.maximumQos());
    }
    to.flag(PropertyId.RETAIN_AVAILABLE, connack.retainAvailable(), true);
    to.fourBytes(PropertyId.MAXIMUM_PACKET_SIZE, connack.maximumPacketSize(), Connect.NO_LIMIT);
    to.string(PropertyId.ASSIGNED_CLIENT_IDENTIFIER, connack.assignedClientId());
    to.twoBytes(PropertyId.TOPIC_ALIAS_MAXIMUM, connack.topicAliasMaximum(), 0);
    to.string(PropertyId.REASON_STRING, connack.reasonString());
    to.userProperties(connack.userProperties());
    to.flag(
        PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE, connack.wildcardSubscriptionAvailable(), true);
    to.flag(
        PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
        connack.subscriptionIdentifiersAvailable(),
        true);
    to.flag(PropertyId.SHARED_SUBSCRIPTION_AVAILABLE, connack.sharedSubscriptionAvailable(), true);
    to.twoBytes(PropertyId.SERVER_KEEP_ALIVE, connack.serverKeepAliveSeconds(), -1);
    to.string(PropertyId.RESPONSE_INFORMATION, connack.responseInformation());
    to.string(PropertyId.SERVER_REFERENCE, connack.serverReference());
    to.string(PropertyId.AUTHENTICATION_METHOD, connack.authenticationMethod());
    to.binary(PropertyId.AUTHENTICATION_DATA, connack.authenticationData());
  }

  /// What MQTT 5 says in properties (§3.2.2.3), with the values that absence means.
  private static final class Options {
    private static final long IDS =
        PropertyId.setOf(
            PropertyId.SESSION_EXPIRY_INTERVAL,
            PropertyId.RECEIVE_MAXIMUM,
            PropertyId.MAXIMUM_QOS,
            PropertyId.RETAIN_AVAILABLE,
            PropertyId.MAXIMUM_PACKET_SIZE,
            PropertyId.ASSIGNED_CLIENT_IDENTIFIER,
            PropertyId.TOPIC_ALIAS_MAXIMUM,
            PropertyId.REASON_STRING,
            PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE,
            PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
            PropertyId.SHARED_SUBSCRIPTION_AVAILABLE,
            PropertyId.SERVER_KEEP_ALIVE,
            PropertyId.RESPONSE_INFORMATION,
            PropertyId.SERVER_REFERENCE,
            PropertyId.AUTHENTICATION_METHOD,
            PropertyId.AUTHENTICATION_DATA);

    private long sessionExpirySeconds = -1;
    private int receiveMaximum = RECEIVE_MAXIMUM_DEFAULT;
    private int maximumQos = MAXIMUM_QOS_DEFAULT;
    private boolean retainAvailable = true;
    private long maximumPacketSize = Connect.NO_LIMIT;
    private @Nullable String assignedClientId;
    private int topicAliasMaximum;
    private @Nullable String reasonString;
    private List<UserProperty> userProperties = List.of();
    private boolean wildcardSubscriptionAvailable = true;
    private boolean subscriptionIdentifiersAvailable = true;
    private boolean sharedSubscriptionAvailable = true;
    private int serverKeepAliveSeconds = -1;
    private @Nullable String responseInformation;
    private @Nullable String serverReference;
    private @Nullable String authenticationMethod;
    private byte @Nullable [] authenticationData;

    void read(ByteBuf in, int end) {
      PropertyReader reader = new PropertyReader(in, end, "CONNACK", IDS);
      for (int id = reader.next(); id != PropertyReader.END; id = reader.next()) {
        if (!readLimit(id, reader)) {
          readText(id, reader);
        }
      }
      userProperties = reader.userProperties();
    }

    /// What the server takes: all that is a number or a flag. False if the property is none of
    /// these.
    private boolean readLimit(int id, PropertyReader from) {
      switch (id) {
        case PropertyId.SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = from.readFourBytes();
        case PropertyId.RECEIVE_MAXIMUM -> receiveMaximum = from.readPositiveTwoBytes();
        case PropertyId.MAXIMUM_QOS -> maximumQos = from.readFlag() ? 1 : 0;
        case PropertyId.RETAIN_AVAILABLE -> retainAvailable = from.readFlag();
        case PropertyId.MAXIMUM_PACKET_SIZE -> maximumPacketSize = from.readPositiveFourBytes();
        case PropertyId.TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = from.readTwoBytes();
        case PropertyId.WILDCARD_SUBSCRIPTION_AVAILABLE ->
            wildcardSubscriptionAvailable = from.readFlag();
        case PropertyId.SUBSCRIPTION_IDENTIFIER_AVAILABLE ->
            subscriptionIdentifiersAvailable = from.readFlag();
        case PropertyId.SHARED_SUBSCRIPTION_AVAILABLE ->
            sharedSubscriptionAvailable = from.readFlag();
        case PropertyId.SERVER_KEEP_ALIVE -> serverKeepAliveSeconds = from.readTwoBytes();
        default -> {
          return false;
        }
      }
      return true;
    }

    private void readText(int id, PropertyReader from) {
      switch (id) {
        case PropertyId.ASSIGNED_CLIENT_IDENTIFIER -> assignedClientId = from.readString();
        case PropertyId.REASON_STRING -> reasonString = from.readString();
        case PropertyId.RESPONSE_INFORMATION -> responseInformation = from.readString();
        case PropertyId.SERVER_REFERENCE -> serverReference = from.readString();
        case PropertyId.AUTHENTICATION_METHOD -> authenticationMethod = from.readString();
        case PropertyId.AUTHENTICATION_DATA -> authenticationData = from.readBinary();
        default -> throw from.unhandled();
      }
    }

    Connack connack(boolean sessionPresent, ReasonCode reason) {
      return new Connack(
          sessionPresent,
          reason,
          sessionExpirySeconds,
          receiveMaximum,
          maximumQos,
          retainAvailable,
          maximumPacketSize,
          assignedClientId,
          topicAliasMaximum,
          reasonString,
          userProperties,
          wildcardSubscriptionAvailable,
          subscriptionIdentifiersAvailable,
          sharedSubscriptionAvailable,
          serverKeepAliveSeconds,
          responseInformation,
          serverReference,
          authenticationMethod,
          authenticationData);
    }
  }
}
