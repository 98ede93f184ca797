package dev.gantry.build.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tree of files. Paths are relative to its root, components joined by single slashes, without
 * {@code .} and {@code ..}; the root is the empty path. Links are not followed: {@link Paths} does
 * that, inside the root.
 */
public interface SourceTree {
  /** What lies there; empty where nothing does, or where a parent is no directory. */
  Optional<Node> find(String path) throws IOException;

  /** The names in a directory, sorted. */
  List<String> children(String path) throws IOException;

  /** The content of a file. */
  InputStream open(String path) throws IOException;

  /** The extended attributes that a copy keeps. */
  Map<String, byte[]> attributes(String path) throws IOException;

  /** What all names of a file have in common, for a file that has several; else empty. */
  default Optional<String> identity(String path) throws IOException {
    return Optional.empty();
  }
}
