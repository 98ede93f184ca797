/** Small facts on disk that must survive a crash. */
@NullMarked
package dev.gantry.isolation.journal;

import org.jspecify.annotations.NullMarked;
