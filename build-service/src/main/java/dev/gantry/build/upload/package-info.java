/** Contexts that arrive in pieces, and go on where they broke off. */
@NullMarked
package dev.gantry.build.upload;

import org.jspecify.annotations.NullMarked;
