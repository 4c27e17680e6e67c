/// The commands that talk to a running broker: `pub`, `sub`, `status` and `bench`. Each is a picocli
/// command that answers with its exit code: 0 done, 1 the broker or the network said no, 2 wrong
/// arguments. May import `server.client`, `server.bench`, `mqtt` and the core's words.
@NullMarked
package io.forebay.server.cli;

import org.jspecify.annotations.NullMarked;
