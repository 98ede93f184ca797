/** Publishing and consuming events over Kafka. */
@NullMarked
package dev.gantry.bus;

import org.jspecify.annotations.NullMarked;
