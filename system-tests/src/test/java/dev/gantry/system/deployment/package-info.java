/** The files by which the platform is deployed, checked without deploying it. */
@NullMarked
package dev.gantry.system.deployment;

import org.jspecify.annotations.NullMarked;
