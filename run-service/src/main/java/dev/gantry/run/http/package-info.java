/**
 * What HTTP requests of all kinds have in common: a JSON body, a key, an answer that is durable.
 */
@NullMarked
package dev.gantry.run.http;

import org.jspecify.annotations.NullMarked;
