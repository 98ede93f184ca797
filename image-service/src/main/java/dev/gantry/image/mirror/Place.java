package dev.gantry.image.mirror;

import dev.gantry.image.repository.RepositoryName;

/**
 * A repository below a prefix, here and there.
 *
 * @param there what the upstream calls it
 */
record Place(RepositoryName here, Upstream upstream, String there) {}
