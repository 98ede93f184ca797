/** Who runs what: each request is taken by one host, once. */
@NullMarked
package dev.gantry.run.claim;

import org.jspecify.annotations.NullMarked;
