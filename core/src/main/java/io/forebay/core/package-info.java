/// The broker's façade: all that protocols see of it. Imports every package of the core, imported
/// by none of them.
@NullMarked
package io.forebay.core;

import org.jspecify.annotations.NullMarked;
