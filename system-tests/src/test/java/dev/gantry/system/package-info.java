/** Tests of the whole system and of its architecture. */
@NullMarked
package dev.gantry.system;

import org.jspecify.annotations.NullMarked;
