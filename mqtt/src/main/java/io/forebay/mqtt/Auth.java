package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step of an enhanced authentication (§3.15), MQTT 5 only.
public record Auth(
    ReasonCode reason,
    @Nullable String method,
    byte @Nullable [] data,
    @Nullable String reasonString,
    List<UserProperty> userProperties)
    implements Packet {}
