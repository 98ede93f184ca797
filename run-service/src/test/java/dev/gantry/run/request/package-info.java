@NullMarked
package dev.gantry.run.request;

import org.jspecify.annotations.NullMarked;
