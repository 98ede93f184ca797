/** What is on this host's disk because of runs, and what of it can go. */
@NullMarked
package dev.gantry.run.storage;

import org.jspecify.annotations.NullMarked;
