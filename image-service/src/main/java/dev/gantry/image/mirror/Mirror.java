package dev.gantry.image.mirror;

import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryAccess;
import java.time.Duration;
import java.util.Optional;

/**
 * A registry of others below a prefix of names.
 *
 * @param prefix such as {@code docker.io}: whole components of a name
 * @param path what the upstream's names begin with instead; may be empty
 * @param revalidate how long a tag is believed before the upstream is asked again
 * @param access how the upstream is reached
 */
record Mirror(String prefix, String path, Duration revalidate, RegistryAccess access) {
  Mirror {
    if (revalidate.isNegative()) {
      throw new IllegalArgumentException("revalidate must not be negative: " + revalidate);
    }
  }

  /** What the upstream calls a repository; empty when it is none of this mirror's. */
  Optional<String> upstreamName(RepositoryName name) {
    if (!name.value().startsWith(prefix + "/")) {
      return Optional.empty();
    }
    String rest = name.value().substring(prefix.length() + 1);
    return Optional.of(path.isEmpty() ? rest : path + "/" + rest).filter(Reference::isRepository);
  }
}
