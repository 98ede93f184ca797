/** What went wrong with an HTTP request, as problem details (RFC 9457). */
@NullMarked
package dev.gantry.build.problem;

import org.jspecify.annotations.NullMarked;
