/** Takes builds from the queue and brings each to its one end. */
@NullMarked
package dev.gantry.build.worker;

import org.jspecify.annotations.NullMarked;
