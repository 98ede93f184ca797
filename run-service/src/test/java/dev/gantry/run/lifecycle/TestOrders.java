package dev.gantry.run.lifecycle;

import dev.gantry.events.CloudEventCodec;
import java.nio.charset.StandardCharsets;

/** Orders as they arrive. */
public final class TestOrders {
  private TestOrders() {}

  /** A request that can be honoured, unless the data say otherwise. */
  public static Order order(String requestId, String data) {
    String event =
        """
        {"specversion":"1.0","id":"%s","source":"/test","type":"dev.gantry.run.requested.v1",\
        "time":"2026-01-01T00:00:00Z","data":%s}"""
            .formatted(requestId, data);
    return new OrderReader(new CloudEventCodec())
        .read(event.getBytes(StandardCharsets.UTF_8))
        .orElseThrow();
  }
}
