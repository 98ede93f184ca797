/** What went wrong with an HTTP request, as problem details (RFC 9457). */
@NullMarked
package dev.gantry.run.problem;

import org.jspecify.annotations.NullMarked;
