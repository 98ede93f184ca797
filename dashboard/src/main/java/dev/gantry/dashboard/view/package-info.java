/** What the facts of runs, builds, images and hosts add up to. */
@NullMarked
package dev.gantry.dashboard.view;

import org.jspecify.annotations.NullMarked;
