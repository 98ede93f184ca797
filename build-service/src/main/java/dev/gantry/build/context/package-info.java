/** Build contexts: taken in with limits, kept by digest, read without ever being unpacked. */
@NullMarked
package dev.gantry.build.context;

import org.jspecify.annotations.NullMarked;
