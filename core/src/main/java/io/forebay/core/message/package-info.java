/// The words everybody uses: a [Message] and what it carries. Imports nothing of the house.
@NullMarked
package io.forebay.core.message;

import org.jspecify.annotations.NullMarked;
