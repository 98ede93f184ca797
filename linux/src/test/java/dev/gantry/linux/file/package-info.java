@NullMarked
package dev.gantry.linux.file;

import org.jspecify.annotations.NullMarked;
