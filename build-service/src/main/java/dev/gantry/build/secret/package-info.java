/** Values of secrets: sealed where they are kept, seen by the steps that ask for them alone. */
@NullMarked
package dev.gantry.build.secret;

import org.jspecify.annotations.NullMarked;
