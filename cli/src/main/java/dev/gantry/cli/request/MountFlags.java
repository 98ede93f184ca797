package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gantry.cli.http.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is mounted into a container. */
final class MountFlags {
  @Option(
      names = {"-v", "--volume"},
      paramLabel = "[NAME|/PATH:]/TARGET[:ro]",
      converter = Short.class,
      description = "Mount a volume, or a directory of the host.")
  private List<JsonNode> volumes = new ArrayList<>();

  @Option(
      names = "--mount",
      paramLabel = "type=…,source=…,target=…",
      converter = Long.class,
      description = "The same with all options: readonly, volume-subpath, tmpfs-size, …")
  private List<JsonNode> mounts = new ArrayList<>();

  @Option(
      names = "--tmpfs",
      paramLabel = "/TARGET[:size=…,mode=…]",
      converter = Tmpfs.class,
      description = "Mount memory.")
  private List<JsonNode> tmpfs = new ArrayList<>();

  void write(SpecWriter spec) {
    List<JsonNode> all = new ArrayList<>(volumes);
    all.addAll(mounts);
    all.addAll(tmpfs);
    spec.nodes("mounts", all);
  }

  /** {@code -v}: only paths that are relative to here have to be made whole. */
  static final class Short implements ITypeConverter<JsonNode> {
    @Override
    public JsonNode convert(String text) {
      if (!text.startsWith("./") && !text.startsWith("../") && !text.startsWith(".:")) {
        return TextNode.valueOf(text);
      }
      int colon = text.indexOf(':');
      String source = colon < 0 ? text : text.substring(0, colon);
      return TextNode.valueOf(
          Path.of(source).toAbsolutePath().normalize() + text.substring(source.length()));
    }
  }

  /** {@code --mount}. */
  static final class Long implements ITypeConverter<JsonNode> {
    @Override
    public JsonNode convert(String text) {
      Options options = new Options(text);
      String type = options.take("type");
      ObjectNode mount = Json.MAPPER.createObjectNode();
      mount.put("type", type.isEmpty() ? "volume" : type);
      put(mount, "source", options.take("source", "src"));
      put(mount, "target", options.take("target", "dst", "destination"));
      if (options.takeFlag("readonly", "ro")) {
        mount.put("readOnly", true);
      }
      put(mount, "subpath", options.take("volume-subpath", "bind-subpath"));
      if (options.takeFlag("volume-nocopy")) {
        mount.put("noCopy", true);
      }
      put(mount, "size", options.take("tmpfs-size"));
      put(mount, "mode", options.take("tmpfs-mode"));
      options.finish();
      return mount;
    }
  }

  /** {@code --tmpfs}. */
  static final class Tmpfs implements ITypeConverter<JsonNode> {
    @Override
    public JsonNode convert(String text) {
      int colon = text.indexOf(':');
      ObjectNode mount = Json.MAPPER.createObjectNode().put("type", "tmpfs");
      mount.put("target", colon < 0 ? text : text.substring(0, colon));
      if (colon >= 0) {
        Options options = new Options(text.substring(colon + 1));
        options.takeFlag("rw");
        if (options.takeFlag("ro")) {
          mount.put("readOnly", true);
        }
        put(mount, "size", options.take("size"));
        put(mount, "mode", options.take("mode"));
        options.finish();
      }
      return mount;
    }
  }

  private static void put(ObjectNode mount, String field, String value) {
    if (value.equals("true")) {
      throw new TypeConversionException(field + " needs a value");
    }
    if (!value.isEmpty()) {
      mount.put(field, value);
    }
  }
}
