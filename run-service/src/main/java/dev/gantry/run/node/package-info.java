/** The parts of the service, put together and taken apart in the right order. */
@NullMarked
package dev.gantry.run.node;

import org.jspecify.annotations.NullMarked;
