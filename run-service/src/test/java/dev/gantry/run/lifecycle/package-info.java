@NullMarked
package dev.gantry.run.lifecycle;

import org.jspecify.annotations.NullMarked;
