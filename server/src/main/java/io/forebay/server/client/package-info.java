/// A small non-blocking MQTT client on Netty and our own codec: what `pub`, `sub`, `status` and
/// `bench` talk with. Thousands of clients share a few event loops. It does not reconnect: whoever
/// uses it is told that the connection is lost, and why. May import `mqtt` and the core's words.
@NullMarked
package io.forebay.server.client;

import org.jspecify.annotations.NullMarked;
