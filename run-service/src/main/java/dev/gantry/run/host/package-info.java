/** This host as others see it. */
@NullMarked
package dev.gantry.run.host;

import org.jspecify.annotations.NullMarked;
