/** The stream of events. */
@NullMarked
package dev.gantry.cli.event;

import org.jspecify.annotations.NullMarked;
