/** Requests to build, to cancel and to look: over HTTP and from the bus. */
@NullMarked
package dev.gantry.build.request;

import org.jspecify.annotations.NullMarked;
