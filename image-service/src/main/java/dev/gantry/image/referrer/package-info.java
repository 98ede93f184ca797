/** Referrers: manifests that name another one as their subject. */
@NullMarked
package dev.gantry.image.referrer;

import org.jspecify.annotations.NullMarked;
