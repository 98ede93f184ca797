package dev.gantry.run.pull;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image that has been wholly on this host.
 *
 * @param digest of its manifest, or of the index that it was chosen from
 * @param names what has been found to mean it, and nothing else since; with their registries
 */
record KnownImage(String digest, Set<String> names, Instant pulledAt, Instant usedAt) {
  KnownImage {
    names = Set.copyOf(names);
  }

  KnownImage named(String name, Instant at) {
    Set<String> more = new TreeSet<>(names);
    more.add(name);
    return new KnownImage(digest, more, pulledAt, at);
  }

  KnownImage without(String name) {
    Set<String> fewer = new TreeSet<>(names);
    fewer.remove(name);
    return new KnownImage(digest, fewer, pulledAt, usedAt);
  }
}
