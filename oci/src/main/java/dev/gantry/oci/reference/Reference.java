package dev.gantry.oci.reference;

import dev.gantry.oci.content.Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code [registry/]repository[:tag][@digest]}. The first component is a
 * registry when it holds a dot or a colon, or is {@code localhost}. Nothing is added silently: no
 * {@code library/}, no registry.
 */
public record Reference(
    Optional<String> registry, String repository, Optional<String> tag, Optional<Digest> digest) {
  /** What a name without tag and digest means. */
  public static final String DEFAULT_TAG = "latest";

  private static final int REPOSITORY_CHARACTERS_MAX = 255;
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:]{2,45}])"
              + "(?::[0-9]{1,5})?");

  /** Refuses parts that are not well-formed. */
  public Reference {
    registry.ifPresent(r -> require(REGISTRY.matcher(r).matches(), "registry", r));
    require(isRepository(repository), "repository", repository);
    tag.ifPresent(t -> require(isTag(t), "tag", t));
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException when it is not well-formed; the message says which part
   */
  public static Reference parse(String text) {
    int at = text.indexOf('@');
    Optional<Digest> digest =
        at < 0 ? Optional.empty() : Optional.of(Digest.parse(text.substring(at + 1)));
    String named = at < 0 ? text : text.substring(0, at);
    Optional<String> registry = registryOf(named);
    String path = registry.isEmpty() ? named : named.substring(registry.get().length() + 1);
    int colon = path.indexOf(':');
    Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(path.substring(colon + 1));
    return new Reference(registry, colon < 0 ? path : path.substring(0, colon), tag, digest);
  }

  private static Optional<String> registryOf(String named) {
    int slash = named.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String first = named.substring(0, slash);
    boolean registry =
        first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
    return registry ? Optional.of(first) : Optional.empty();
  }

  /** Whether it is a well-formed repository name (distribution-spec, Pulling manifests). */
  public static boolean isRepository(String text) {
    return text.length() <= REPOSITORY_CHARACTERS_MAX && REPOSITORY.matcher(text).matches();
  }

  /** Whether it is a well-formed tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** The same image at this registry when the name says none. */
  public Reference withDefaultRegistry(String defaultRegistry) {
    return registry.isPresent()
        ? this
        : new Reference(Optional.of(defaultRegistry), repository, tag, digest);
  }

  /** The same repository with exactly this digest, and the tag as it was. */
  public Reference withDigest(Digest pinned) {
    return new Reference(registry, repository, tag, Optional.of(pinned));
  }

  /** What to ask a registry for: the digest, else the tag, else {@code latest}. */
  public String manifestReference() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElse(DEFAULT_TAG));
  }

  private static void require(boolean valid, String part, String text) {
    if (!valid) {
      throw new IllegalArgumentException("not a valid " + part + ": \"" + text + "\"");
    }
  }

  /** The name as {@link #parse} reads it. */
  @Override
  public String toString() {
    return registry.map(r -> r + "/").orElse("")
        + repository
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
