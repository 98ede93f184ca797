package dev.gantry.oci.layer;

import dev.gantry.linux.file.FileName;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an entry belongs: components without empty ones, dots, and a leading slash. What climbs is
 * refused, even where it would come back.
 */
record EntryPath(List<String> components) {
  private static final int COMPONENT_BYTES_MAX = 255;

  static EntryPath of(String name, LayerLimits limits) throws HostileArchiveException {
    requireLength(name, limits.pathBytesMax());
    List<String> components = new ArrayList<>();
    for (String component : name.split("/", -1)) {
      if (component.equals("..")) {
        throw new HostileArchiveException(name, "a name that climbs");
      }
      if (!component.isEmpty() && !component.equals(".")) {
        requireLength(component, COMPONENT_BYTES_MAX);
        components.add(component);
      }
    }
    if (components.size() > limits.depthMax()) {
      throw new HostileArchiveException(name, "deeper than " + limits.depthMax() + " directories");
    }
    return new EntryPath(List.copyOf(components));
  }

  static void requireLength(String name, int bytesMax) throws HostileArchiveException {
    if (name.length() > bytesMax || FileName.encode(name).length > bytesMax) {
      throw new HostileArchiveException(name, "a name longer than " + bytesMax + " bytes");
    }
  }

  boolean isRoot() {
    return components.isEmpty();
  }

  /** The last component; of the root nothing. */
  String name() {
    return isRoot() ? "" : components.getLast();
  }

  /** The path of the directory that holds it; empty for the root. */
  String parent() {
    return isRoot() ? "" : String.join("/", components.subList(0, components.size() - 1));
  }

  /** The first component that is a whiteout's; empty when none is. */
  String firstWhiteout() {
    return components.stream().filter(c -> c.startsWith(Whiteout.PREFIX)).findFirst().orElse("");
  }

  @Override
  public String toString() {
    return String.join("/", components);
  }
}
