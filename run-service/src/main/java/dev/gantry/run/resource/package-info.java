/** What runs may use, and what they use: limits, statistics, processes. */
@NullMarked
package dev.gantry.run.resource;

import org.jspecify.annotations.NullMarked;
