@NullMarked
package dev.gantry.run.pull;

import org.jspecify.annotations.NullMarked;
