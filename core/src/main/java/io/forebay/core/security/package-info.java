/// Who may come in, and how much they may take. Imports `topic`.
@NullMarked
package io.forebay.core.security;

import org.jspecify.annotations.NullMarked;
