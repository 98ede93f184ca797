/** Where images come from, in the words that others read: in-toto statements, SLSA provenance. */
@NullMarked
package dev.gantry.build.provenance;

import org.jspecify.annotations.NullMarked;
