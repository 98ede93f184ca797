/** Errors over HTTP (RFC 9457). */
@NullMarked
package dev.gantry.dashboard.problem;

import org.jspecify.annotations.NullMarked;
