/** The platform as a whole: what it consists of, how it comes up and goes down. */
@NullMarked
package dev.gantry.launcher.platform;

import org.jspecify.annotations.NullMarked;
