package dev.gantry.oci.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an {@link ImageConfig}, anew or from another; the same calls make the same bytes. */
public final class ImageConfigEditor {
  private final ObjectNode root;

  private ImageConfigEditor(ObjectNode root) {
    this.root = root;
  }

  static ImageConfigEditor create(Platform platform) {
    ObjectNode root = JsonDocument.emptyObject();
    root.put("architecture", platform.architecture());
    root.put("os", platform.os());
    if (!platform.variant().isEmpty()) {
      root.put("variant", platform.variant());
    }
    root.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    return new ImageConfigEditor(root);
  }

  static ImageConfigEditor of(byte[] bytes) {
    try {
      return new ImageConfigEditor(JsonDocument.parse("image config", bytes).object());
    } catch (InvalidImageException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  /** Sets when the image was made. */
  public ImageConfigEditor created(Instant time) {
    root.put("created", time.toString());
    return this;
  }

  /** Sets who made the image; empty: nobody says. */
  public ImageConfigEditor author(String name) {
    setText(root, "author", name);
    return this;
  }

  /** Sets how a container runs; fields of the config that are not known here stay. */
  public ImageConfigEditor container(ContainerConfig container) {
    ObjectNode config = object("config");
    setText(config, "User", container.user());
    setNames(config, "ExposedPorts", container.exposedPorts());
    setTexts(config, "Env", container.env());
    setTexts(config, "Entrypoint", container.entrypoint());
    setTexts(config, "Cmd", container.cmd());
    setNames(config, "Volumes", container.volumes());
    setText(config, "WorkingDir", container.workingDir());
    setMap(config, "Labels", container.labels());
    setText(config, "StopSignal", container.stopSignal());
    setTexts(config, "Shell", container.shell());
    setTexts(config, "OnBuild", container.onBuild());
    container.healthcheck().ifPresent(check -> check.write(config.putObject("Healthcheck")));
    return this;
  }

  /** Puts a layer on top, and how it came to be. */
  public ImageConfigEditor layer(Digest diffId, HistoryEntry how) {
    ObjectNode rootfs = object("rootfs");
    rootfs.put("type", "layers");
    array(rootfs, "diff_ids").add(diffId.toString());
    return history(how);
  }

  /** Adds how the image came to be; for a step without a layer the entry must say so. */
  public ImageConfigEditor history(HistoryEntry how) {
    ObjectNode entry = array(root, "history").addObject();
    how.created().ifPresent(time -> entry.put("created", time.toString()));
    setText(entry, "created_by", how.createdBy());
    setText(entry, "comment", how.comment());
    if (how.emptyLayer()) {
      entry.put("empty_layer", true);
    }
    return this;
  }

  /** The config. */
  public ImageConfig build() {
    try {
      return ImageConfig.parse(JsonDocument.write(root));
    } catch (InvalidImageException e) {
      throw new IllegalStateException("what was built is well-formed", e);
    }
  }

  private ObjectNode object(String name) {
    return root.get(name) instanceof ObjectNode present ? present : root.putObject(name);
  }

  private static ArrayNode array(ObjectNode parent, String name) {
    return parent.get(name) instanceof ArrayNode present ? present : parent.putArray(name);
  }

  private static void setText(ObjectNode node, String name, String text) {
    set(node, name, text.isEmpty() ? null : node.textNode(text));
  }

  private static void setTexts(ObjectNode node, String name, List<String> texts) {
    ArrayNode array = node.arrayNode();
    texts.forEach(array::add);
    set(node, name, texts.isEmpty() ? null : array);
  }

  private static void setNames(ObjectNode node, String name, List<String> names) {
    ObjectNode set = node.objectNode();
    names.stream().sorted().forEach(set::putObject);
    set(node, name, names.isEmpty() ? null : set);
  }

  private static void setMap(ObjectNode node, String name, Map<String, String> map) {
    ObjectNode object = node.objectNode();
    map.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> object.put(entry.getKey(), entry.getValue()));
    set(node, name, map.isEmpty() ? null : object);
  }

  private static void set(ObjectNode node, String name, @Nullable JsonNode value) {
    if (value == null) {
      node.remove(name);
    } else {
      node.set(name, value);
    }
  }
}
