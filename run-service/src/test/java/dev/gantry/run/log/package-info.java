@NullMarked
package dev.gantry.run.log;

import org.jspecify.annotations.NullMarked;
