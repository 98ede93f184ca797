@NullMarked
package dev.gantry.run.publish;

import org.jspecify.annotations.NullMarked;
