/** The database schema, and waiting for the database. */
@NullMarked
package dev.gantry.image.schema;

import org.jspecify.annotations.NullMarked;
