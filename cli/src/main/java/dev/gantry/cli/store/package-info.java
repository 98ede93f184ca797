/** What is done to the registry's store. */
@NullMarked
package dev.gantry.cli.store;

import org.jspecify.annotations.NullMarked;
