/// Bytes to packets and back: one file per packet, pure functions over a buffer. A bad packet throws
/// [io.forebay.mqtt.codec.MalformedPacket] with the reason code to answer. No I/O, no state.
@NullMarked
package io.forebay.mqtt.codec;

import org.jspecify.annotations.NullMarked;
