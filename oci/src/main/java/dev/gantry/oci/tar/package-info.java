/** Tar archives as streams: what GNU tar, POSIX pax and their kin write, byte for byte. */
@NullMarked
package dev.gantry.oci.tar;

import org.jspecify.annotations.NullMarked;
