/** What is executed: the image's configuration and the request's, merged as Docker merges them. */
@NullMarked
package dev.gantry.run.process;

import org.jspecify.annotations.NullMarked;
