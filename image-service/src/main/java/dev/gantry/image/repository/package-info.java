/** Repositories: their names and the rows that everything else hangs on. */
@NullMarked
package dev.gantry.image.repository;

import org.jspecify.annotations.NullMarked;
