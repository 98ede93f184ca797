/** Images to other names and repositories, without their bytes moving. */
@NullMarked
package dev.gantry.image.copy;

import org.jspecify.annotations.NullMarked;
