/** The schemas of all events, as they ship. */
@NullMarked
package dev.gantry.dashboard.schema;

import org.jspecify.annotations.NullMarked;
