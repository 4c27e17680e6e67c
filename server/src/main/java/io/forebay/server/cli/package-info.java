/// The command line: one class per command. Imports `server.config` and `server.logging`; what runs
/// a node is handed in by `Main`, so that no arrow points back.
@NullMarked
package io.forebay.server.cli;

import org.jspecify.annotations.NullMarked;
