/** Tests with small servers on the loopback address. */
@NullMarked
package dev.gantry.build.fetch;

import org.jspecify.annotations.NullMarked;
