package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to SUBSCRIBE, one reason per filter (§3.9).
public record Suback(
    int packetId,
    List<ReasonCode> reasons,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {}
