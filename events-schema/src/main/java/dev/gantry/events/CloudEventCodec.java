package dev.gantry.events;

import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events as Kafka records: written as structured CloudEvents 1.0, read as structured or binary
 * ones. Safe for use by many threads.
 */
public final class CloudEventCodec {
  public CloudEventCodec() {
    this(InstantSource.system());
  }

  /** With a clock for requests that say no time. */
  public CloudEventCodec(InstantSource clock) {}

  /** The value of the record. */
  public byte[] encode(Envelope<?> envelope) {
    throw new UnsupportedOperationException();
  }

  /** The headers that go with every value that {@link #encode} makes. */
  public static Map<String, byte[]> headers() {
    throw new UnsupportedOperationException();
  }

  /** What a record holds; never throws, whatever was sent. */
  public Decoded decode(byte @Nullable [] value, Map<String, byte[]> headers) {
    throw new UnsupportedOperationException();
  }
}
