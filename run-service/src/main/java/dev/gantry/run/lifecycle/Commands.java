package dev.gantry.run.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Commands as the journal keeps them. */
public final class Commands {
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();

  private Commands() {}

  static byte[] encode(Object order) {
    try {
      return JSON.writeValueAsBytes(order);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stop of a frame of the journal. */
  public static StopOrder stop(byte[] payload) {
    return decode(payload, StopOrder.class);
  }

  /** The removal of a frame of the journal. */
  public static RemoveOrder remove(byte[] payload) {
    return decode(payload, RemoveOrder.class);
  }

  private static <T> T decode(byte[] payload, Class<T> type) {
    try {
      return JSON.readValue(payload, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
