/** What the user sets: names, directories, ports. */
@NullMarked
package dev.gantry.launcher.settings;

import org.jspecify.annotations.NullMarked;
