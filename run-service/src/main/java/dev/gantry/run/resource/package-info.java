/** What runs may use. */
@NullMarked
package dev.gantry.run.resource;

import org.jspecify.annotations.NullMarked;
