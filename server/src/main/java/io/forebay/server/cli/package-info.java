/// The command line: one class per command, each answering with its exit code: 0 done, 1 the broker
/// or the network said no, 2 wrong arguments. Imports `server.config`, `server.logging`,
/// `server.client`, `server.bench`, `mqtt` and the core's words; what runs a node is handed in by
/// `Main`, so that no arrow points back.
@NullMarked
package io.forebay.server.cli;

import org.jspecify.annotations.NullMarked;
