/// Tests of the whole node as a user runs it: the launcher starts it as a process of its own, and
/// clients that nobody here wrote talk to it (`mosquitto_pub` and `mosquitto_sub`, MQTT.js, HiveMQ
/// MQTT Client, Eclipse Paho). Where a client's API hides what is tested, [io.forebay.it.RawClient]
/// speaks packets.
///
/// Most test classes share one node ([io.forebay.it.SharedNode]) and keep apart by topic and client
/// id.
@NullMarked
package io.forebay.it;

import org.jspecify.annotations.NullMarked;
