/// Logs and tables on disk and in memory: the embedded engine, and the replica that an engine fills
/// whose log is elsewhere. Knows the interfaces of `core.log` and the words they are made of,
/// nothing else of the house.
@NullMarked
package io.forebay.store;

import org.jspecify.annotations.NullMarked;
