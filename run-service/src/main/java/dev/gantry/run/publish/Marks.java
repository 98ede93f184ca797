package dev.gantry.run.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * How far the journal is published.
 *
 * @param position everything up to here is in the log
 * @param offsets by partition: everything of ours below is accounted for by the position
 */
record Marks(long position, Map<TopicPartition, Long> offsets) {
  static final Marks NONE = new Marks(0, Map.of());
  private static final Logger LOG = Logger.getLogger(Marks.class);
  private static final JsonMapper JSON = new JsonMapper();

  Marks {
    offsets = Map.copyOf(offsets);
  }

  Marks advance(long newPosition, Map<TopicPartition, Long> newOffsets) {
    Map<TopicPartition, Long> merged = new HashMap<>(offsets);
    newOffsets.forEach((partition, offset) -> merged.merge(partition, offset, Math::max));
    return new Marks(Math.max(position, newPosition), merged);
  }

  /** What was saved; none where nothing readable is there: then more of the log is read again. */
  static Marks load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      Map<TopicPartition, Long> offsets = new HashMap<>();
      for (Map.Entry<String, JsonNode> entry : json.path("offsets").properties()) {
        int colon = entry.getKey().lastIndexOf(':');
        offsets.put(
            new TopicPartition(
                entry.getKey().substring(0, colon),
                Integer.parseInt(entry.getKey().substring(colon + 1))),
            entry.getValue().longValue());
      }
      return new Marks(json.path("position").longValue(), offsets);
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      LOG.warnf("the marks in %s cannot be read, the log is searched instead: %s", file, e);
      return NONE;
    }
  }

  /**
   * Writes over the file, in one piece. It is not synced: marks that are too old, or were torn when
   * the machine stopped, cost a search in the log, no fact.
   */
  void save(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("position", position);
    ObjectNode byPartition = json.putObject("offsets");
    offsets.forEach(
        (partition, offset) ->
            byPartition.put(partition.topic() + ":" + partition.partition(), offset));
    byte[] text = JSON.writeValueAsBytes(json);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // What was longer before is blank now: neither cut nor replaced, which the disk would hear
      // of.
      byte[] padded = Arrays.copyOf(text, Math.max(text.length, (int) channel.size()));
      Arrays.fill(padded, text.length, padded.length, (byte) ' ');
      channel.write(ByteBuffer.wrap(padded));
    }
  }
}
