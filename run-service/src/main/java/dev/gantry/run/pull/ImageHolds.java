package dev.gantry.run.pull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who needs which image: what is held is not collected. Thread-safe. */
final class ImageHolds {
  private final Map<String, String> byRun = new HashMap<>();

  /** A run needs an image from now on. */
  synchronized void hold(String run, String digest) {
    byRun.put(run, digest);
  }

  /** A run needs its image no more; which that was, or null. */
  synchronized Optional<String> release(String run) {
    return Optional.ofNullable(byRun.remove(run));
  }

  synchronized Set<String> held() {
    return new HashSet<>(byRun.values());
  }

  /** What would be held without these runs. */
  synchronized Set<String> heldWithout(Set<String> runs) {
    Set<String> held = new HashSet<>();
    byRun.forEach(
        (run, digest) -> {
          if (!runs.contains(run)) {
            held.add(digest);
          }
        });
    return held;
  }

  /** The runs that need an image, by id. */
  synchronized List<String> users(String digest) {
    Set<String> users = new TreeSet<>();
    byRun.forEach(
        (run, held) -> {
          if (held.equals(digest)) {
            users.add(run);
          }
        });
    return List.copyOf(users);
  }
}
