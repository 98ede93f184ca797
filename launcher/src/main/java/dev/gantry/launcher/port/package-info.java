/** Which ports the platform takes, and who holds one that is taken. */
@NullMarked
package dev.gantry.launcher.port;

import org.jspecify.annotations.NullMarked;
