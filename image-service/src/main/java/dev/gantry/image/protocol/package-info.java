/** What all answers of the registry have in common: outcomes, refusals, error bodies, headers. */
@NullMarked
package dev.gantry.image.protocol;

import org.jspecify.annotations.NullMarked;
