/** What runs use, and which processes they have. */
@NullMarked
package dev.gantry.run.stats;

import org.jspecify.annotations.NullMarked;
