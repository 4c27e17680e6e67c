/// The MQTT state machine of one connection, between a door of the server and the broker's façade.
@NullMarked
package io.forebay.mqtt.connection;

import org.jspecify.annotations.NullMarked;
