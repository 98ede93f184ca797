/** Looking for bit rot: every blob is read now and then, and compared with its digest. */
@NullMarked
package dev.gantry.image.scrub;

import org.jspecify.annotations.NullMarked;
