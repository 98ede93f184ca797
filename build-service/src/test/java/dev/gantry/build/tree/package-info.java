@NullMarked
package dev.gantry.build.tree;

import org.jspecify.annotations.NullMarked;
