/** What a sandbox wrote to its standard output and error. */
@NullMarked
package dev.gantry.isolation.log;

import org.jspecify.annotations.NullMarked;
