package dev.gantry.bus;

import java.util.Map;

/**
 * A fact that waits to be published.
 *
 * @param position in the outbox; facts are published in this order
 * @param key of the record; facts of one key stay in order
 * @param eventId unique for ever within the topic: by it a fact is known in the log
 */
public record Pending(
    long position,
    String topic,
    String key,
    String eventId,
    byte[] value,
    Map<String, byte[]> headers) {
  public Pending {
    headers = Map.copyOf(headers);
  }
}
