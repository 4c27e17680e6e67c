/// Logs and tables: the embedded engine. Knows the interfaces of `core.log` and the words they are
/// made of, nothing else of the house.
@NullMarked
package io.forebay.store;

import org.jspecify.annotations.NullMarked;
