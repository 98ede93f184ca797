@NullMarked
package dev.gantry.isolation.process;

import org.jspecify.annotations.NullMarked;
