/** The platform that the command talks to: where it is, how it comes up and goes down. */
@NullMarked
package dev.gantry.cli.platform;

import org.jspecify.annotations.NullMarked;
