package dev.gantry.build.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image as lines of text: settings, and files with type, mode, owner, content or target, and
 * time where it is one that was copied rather than that of the build.
 */
record ImageListing(Map<String, String> settings, Map<String, String> files) {
  private static final Instant COPIED_FROM = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant COPIED_TO = Instant.parse("2015-01-01T00:00:00Z");
  private static final Pattern TIME =
      Pattern.compile("( file [0-7]{4} \\d+:\\d+) [0-9-]+T[0-9:.]+Z");
  private static final int CONTENT_SHOWN_MAX = 400;
  private static final List<String> SETTINGS =
      List.of(
          "Cmd",
          "Entrypoint",
          "Env",
          "ExposedPorts",
          "Healthcheck",
          "Labels",
          "OnBuild",
          "Shell",
          "StopSignal",
          "User",
          "Volumes",
          "WorkingDir");

  /** Looks at an unpacked root file system and the config of an image. */
  static ImageListing of(Path root, JsonNode config) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String name : SETTINGS) {
      settings.put(name, plain(config.path("config").path(name)).toString());
    }
    settings.put("Author", plain(config.path("author")).toString());
    Map<String, String> files = new TreeMap<>();
    Map<Object, String> inodes = new HashMap<>();
    try (Stream<Path> found = Files.walk(root)) {
      // How the root itself came to be is the business of whoever unpacked it.
      for (Path file : found.filter(file -> !file.equals(root)).sorted().toList()) {
        files.put("/" + root.relativize(file), line(root, file, inodes));
      }
    }
    return new ImageListing(settings, files);
  }

  /** What is empty, zero or nothing is the same to those who run an image. */
  private static JsonNode plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, JsonNode> fields = new TreeMap<>();
      node.properties()
          .forEach(
              field -> {
                boolean zero = field.getValue().isNumber() && field.getValue().asLong() == 0;
                if (!zero) {
                  fields.put(field.getKey(), field.getValue());
                }
              });
      return fields.isEmpty()
          ? NullNode.instance
          : JsonNodeFactory.instance.objectNode().setAll(fields);
    }
    boolean empty =
        node.isMissingNode()
            || node.isNull()
            || (node.isArray() && node.isEmpty())
            || (node.isTextual() && node.asText().isEmpty());
    return empty ? NullNode.instance : node;
  }

  private static String line(Path root, Path file, Map<Object, String> inodes) throws IOException {
    Map<String, Object> status = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) status.get("mode");
    String owner = status.get("uid") + ":" + status.get("gid");
    String permissions = "%04o".formatted(mode & 07777);
    if (Files.isSymbolicLink(file)) {
      return "link " + owner + " -> " + Files.readSymbolicLink(file);
    }
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      return "dir  " + permissions + " " + owner;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "node " + permissions + " " + owner + " " + status.get("rdev");
    }
    String first = inodes.putIfAbsent(status.get("ino"), "/" + root.relativize(file));
    if (first != null) {
      return "same as " + first;
    }
    Instant modified = ((FileTime) status.get("lastModifiedTime")).toInstant();
    boolean copied = modified.isAfter(COPIED_FROM) && modified.isBefore(COPIED_TO);
    String time = copied ? " " + modified : "";
    return "file " + permissions + " " + owner + time + " " + content(Files.readAllBytes(file));
  }

  private static String content(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean shown =
        bytes.length <= CONTENT_SHOWN_MAX
            && text.chars().noneMatch(c -> c == 0xFFFD || (c < ' ' && c != '\n' && c != '\t'));
    return shown
        ? JsonNodeFactory.instance.textNode(text).toString()
        : bytes.length + " bytes " + Digest.of(bytes);
  }

  /**
   * The text without the times that a wanted one does not have: files that a RUN makes get no time
   * of their own here, so that the same build makes the same image.
   */
  static String timedAs(String wanted, String text) {
    Set<String> lines = wanted.lines().collect(Collectors.toSet());
    return text.lines()
        .map(line -> lines.contains(line) ? line : timeless(line, lines))
        .collect(Collectors.joining("\n", "", text.isEmpty() ? "" : "\n"));
  }

  private static String timeless(String line, Set<String> lines) {
    String without = TIME.matcher(line).replaceFirst("$1");
    return lines.contains(without) ? without : line;
  }

  /** What is other than in the image that it began with. */
  String beyond(ImageListing base) {
    StringBuilder text = new StringBuilder();
    settings.forEach(
        (name, value) -> {
          if (!value.equals(base.settings.getOrDefault(name, "null"))) {
            text.append(name).append(' ').append(value).append('\n');
          }
        });
    TreeSet<String> paths = new TreeSet<>(files.keySet());
    paths.addAll(base.files.keySet());
    for (String path : paths) {
      String now = files.getOrDefault(path, "gone");
      if (!now.equals(base.files.get(path))) {
        text.append(path).append(' ').append(now).append('\n');
      }
    }
    return text.toString();
  }
}
