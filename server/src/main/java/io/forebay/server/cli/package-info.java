<<<<<<< HEAD
/// The command line: one class per command, each answering with its exit code: 0 done, 1 the broker
/// or the network said no, 2 wrong arguments. Imports `server.config`, `server.logging`,
/// `server.client`, `server.bench`, `mqtt` and the core's words; what runs a node is handed in by
/// `Main`, so that no arrow points back.
=======
/// The command line: one class per command. Imports `server.config` and `server.logging`; what runs
/// a node is handed in by `Main`, so that no arrow points back. The commands that talk to a running
/// broker (`pub`, `sub`, `status`, `bench`) import `server.client`, `server.bench`, `mqtt` and the
/// core's words, and exit with 0 done, 1 the broker or the network said no, 2 wrong arguments.
>>>>>>> client
@NullMarked
package io.forebay.server.cli;

import org.jspecify.annotations.NullMarked;
