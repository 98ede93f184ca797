/** Children that are started again when they die, and their logs. */
@NullMarked
package dev.gantry.launcher.process;

import org.jspecify.annotations.NullMarked;
