@NullMarked
package dev.gantry.run.health;

import org.jspecify.annotations.NullMarked;
