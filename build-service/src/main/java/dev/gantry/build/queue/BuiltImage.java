package dev.gantry.build.queue;

import java.util.List;

/**
 * An image of a further target.
 *
 * @param target the stage, as the request calls it
 */
public record BuiltImage(String target, String digest, List<String> tags) {
  /** Copies the list. */
  public BuiltImage {
    tags = List.copyOf(tags);
  }
}
