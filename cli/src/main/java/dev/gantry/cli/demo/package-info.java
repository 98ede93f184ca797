/** The platform's main job, shown step by step. */
@NullMarked
package dev.gantry.cli.demo;

import org.jspecify.annotations.NullMarked;
