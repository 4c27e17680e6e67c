/// Who may come in, what they may do, and how much they may take. Imports `topic`.
@NullMarked
package io.forebay.core.security;

import org.jspecify.annotations.NullMarked;
