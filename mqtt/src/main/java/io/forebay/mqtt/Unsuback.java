package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to UNSUBSCRIBE, one reason per filter (§3.11); MQTT 3 sends none of them.
public record Unsuback(
    int packetId,
    List<ReasonCode> reasons,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {}
