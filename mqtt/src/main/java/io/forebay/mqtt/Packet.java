package io.forebay.mqtt;

/// One control packet. The shape is that of MQTT 5 (§3); what an older version cannot say has the
/// value that the older version means.
public sealed interface Packet
    permits Connect,
        Connack,
        Publish,
        Puback,
        Pubrec,
        Pubrel,
        Pubcomp,
        Subscribe,
        Suback,
        Unsubscribe,
        Unsuback,
        Pingreq,
        Pingresp,
        Disconnect,
        Auth {}
