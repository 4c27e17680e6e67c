/// The packets of MQTT as one model in the shape of version 5; versions 3.1 and 3.1.1 differ only
/// in the codec. May import the core's words (`message`, `session.Will`).
@NullMarked
package io.forebay.mqtt;

import org.jspecify.annotations.NullMarked;
