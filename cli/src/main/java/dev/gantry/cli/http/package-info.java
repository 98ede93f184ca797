/** The platform's HTTP interfaces as a client sees them. */
@NullMarked
package dev.gantry.cli.http;

import org.jspecify.annotations.NullMarked;
