/** Bridges, subnets and id ranges that keep the instances of one host apart. */
@NullMarked
package dev.gantry.launcher.network;

import org.jspecify.annotations.NullMarked;
