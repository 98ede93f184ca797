@NullMarked
package dev.gantry.run.process;

import org.jspecify.annotations.NullMarked;
