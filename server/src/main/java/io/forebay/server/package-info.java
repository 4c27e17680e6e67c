/// The process: [io.forebay.server.Main] starts a command, [io.forebay.server.Node] wires the rooms
/// and starts and stops them in order. May import everything; nothing imports it.
@NullMarked
package io.forebay.server;

import org.jspecify.annotations.NullMarked;
