/** What others ask for, over the bus and over HTTP. */
@NullMarked
package dev.gantry.run.request;

import org.jspecify.annotations.NullMarked;
