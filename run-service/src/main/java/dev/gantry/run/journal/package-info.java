/** What this host has promised and done, durable before anybody is told of it. */
@NullMarked
package dev.gantry.run.journal;

import org.jspecify.annotations.NullMarked;
