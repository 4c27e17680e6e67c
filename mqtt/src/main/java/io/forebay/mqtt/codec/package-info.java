/// Bytes to packets and back: one file per packet, pure functions over a buffer. A bad packet
/// throws [io.forebay.mqtt.codec.MalformedPacket] with the reason code to answer. No I/O, no state.
///
/// A frame runs from [Frames] (where does it end?) through [PacketDecoder] (which packet is it?) to
/// the codec of its packet. The codecs read with [Fields], [Utf8Strings] and [VariableByteInteger],
/// which never look past the `end` they are given, and MQTT 5 properties with [PropertyReader]. The
/// way back is [PacketEncoder], the codec, [PropertyWriter]. May import Netty's buffers, the
/// packets and the words of the core.
@NullMarked
package io.forebay.mqtt.codec;

import org.jspecify.annotations.NullMarked;
