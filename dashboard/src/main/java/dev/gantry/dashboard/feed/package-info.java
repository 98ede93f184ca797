/** Every event that there was, in one order, stored and streamed. */
@NullMarked
package dev.gantry.dashboard.feed;

import org.jspecify.annotations.NullMarked;
