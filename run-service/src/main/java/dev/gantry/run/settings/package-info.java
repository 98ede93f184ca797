/** What an operator can set. */
@NullMarked
package dev.gantry.run.settings;

import org.jspecify.annotations.NullMarked;
