/** The settings of the service. */
@NullMarked
package dev.gantry.build.settings;

import org.jspecify.annotations.NullMarked;
