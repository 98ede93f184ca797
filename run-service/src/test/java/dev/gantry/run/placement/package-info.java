@NullMarked
package dev.gantry.run.placement;

import org.jspecify.annotations.NullMarked;
