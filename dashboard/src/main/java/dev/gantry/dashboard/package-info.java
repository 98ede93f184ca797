/** What the platform is doing, in a browser. */
@NullMarked
package dev.gantry.dashboard;

import org.jspecify.annotations.NullMarked;
