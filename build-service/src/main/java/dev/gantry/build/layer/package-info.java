/** Unpacked layers on this host, each once, whoever uses it. */
@NullMarked
package dev.gantry.build.layer;

import org.jspecify.annotations.NullMarked;
