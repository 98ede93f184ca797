/** All tests, and one report about them. */
@NullMarked
package dev.gantry.cli.verify;

import org.jspecify.annotations.NullMarked;
