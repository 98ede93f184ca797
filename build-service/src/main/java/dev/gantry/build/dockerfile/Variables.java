package dev.gantry.build.dockerfile;

import org.jspecify.annotations.Nullable;

/** What {@code $NAME} means at one place of a Dockerfile. */
@FunctionalInterface
public interface Variables {
  /** Nothing is set. */
  Variables NONE = name -> null;

  /** The value, or null where the name is not set; an empty value is set. */
  @Nullable String get(String name);

  /** Hears that nothing stands for a name that is not set. */
  default void undefined(String name) {}
}
