package io.forebay.mqtt;

import io.forebay.core.message.UserProperty;
import java.util.List;

/// A client gives filters back (§3.10).
public record Unsubscribe(int packetId, List<UserProperty> userProperties, List<String> filters)
    implements Packet {}
