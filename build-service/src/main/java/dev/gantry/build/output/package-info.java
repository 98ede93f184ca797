/** Images as archives, for those who have no registry, and their way into other registries. */
@NullMarked
package dev.gantry.build.output;

import org.jspecify.annotations.NullMarked;
