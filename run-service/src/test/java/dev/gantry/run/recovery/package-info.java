@NullMarked
package dev.gantry.run.recovery;

import org.jspecify.annotations.NullMarked;
