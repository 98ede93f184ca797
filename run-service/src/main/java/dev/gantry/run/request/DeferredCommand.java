package dev.gantry.run.request;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.run.publish.DeadLetter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * A command to a run that is not known yet, as the journal keeps it.
 *
 * @param until when to give up
 */
record DeferredCommand(DeadLetter.Origin origin, Instant until) {
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();

  byte[] encode() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DeferredCommand decode(byte[] payload) {
    try {
      return JSON.readValue(payload, DeferredCommand.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
