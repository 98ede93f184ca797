/**
 * What a build gets from elsewhere: files by HTTP, trees by Git, both only from addresses that the
 * network policy allows.
 */
@NullMarked
package dev.gantry.build.fetch;

import org.jspecify.annotations.NullMarked;
