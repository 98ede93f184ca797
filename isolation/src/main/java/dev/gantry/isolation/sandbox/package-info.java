/**
 * Sandboxes: a process in namespaces, a control group and a root file system of its own, kept by a
 * small C program (the shim) that outlives this process.
 */
@NullMarked
package dev.gantry.isolation.sandbox;

import org.jspecify.annotations.NullMarked;
