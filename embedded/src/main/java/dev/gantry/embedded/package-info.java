/** A real Kafka broker and a real PostgreSQL without an installation. */
@NullMarked
package dev.gantry.embedded;

import org.jspecify.annotations.NullMarked;
