/** What builds say while they run: a bounded file each, read while it is written. */
@NullMarked
package dev.gantry.build.log;

import org.jspecify.annotations.NullMarked;
