package dev.gantry.events;

import java.time.Duration;
import java.util.List;

/** The topics of the bus, and what goes where. */
public final class Topics {
  /** Requests about builds; key: build id or none. */
  public static final String BUILD_REQUESTS = "gantry.builds.requests.v1";

  /** Facts of builds; key: build id. */
  public static final String BUILD_EVENTS = "gantry.builds.events.v1";

  /** Facts of images; key: repository. */
  public static final String IMAGE_EVENTS = "gantry.images.events.v1";

  /** Requests about runs; key: run id or none. */
  public static final String RUN_REQUESTS = "gantry.runs.requests.v1";

  /** Facts of runs; key: run id. */
  public static final String RUN_EVENTS = "gantry.runs.events.v1";

  /** The latest state of every host (compacted); key: host id. */
  public static final String HOST_STATE = "gantry.hosts.state.v1";

  /** Appended to a topic's name: where the records go that nobody could take. */
  public static final String DEAD_LETTER_SUFFIX = ".dlt";

  /** Partitions of request and event topics; host state and dead letters have one. */
  public static final int PARTITIONS = 8;

  /** How long records are kept, except the latest states of hosts. */
  public static final Duration RETENTION = Duration.ofDays(7);

  /** The topics that hold facts. */
  public static final List<String> FACTS =
      List.of(BUILD_EVENTS, IMAGE_EVENTS, RUN_EVENTS, HOST_STATE);

  /** The topics that hold requests. */
  public static final List<String> REQUESTS = List.of(BUILD_REQUESTS, RUN_REQUESTS);

  private Topics() {}

  /** Where dead letters of a topic go. */
  public static String deadLetters(String topic) {
    return topic + DEAD_LETTER_SUFFIX;
  }

  /** How many partitions a topic has. */
  public static int partitions(String topic) {
    return topic.equals(HOST_STATE) || topic.endsWith(DEAD_LETTER_SUFFIX) ? 1 : PARTITIONS;
  }

  /** Whether only the latest record of a key is kept. */
  public static boolean compacted(String topic) {
    return topic.equals(HOST_STATE);
  }

  /** Where events of a type belong. */
  public static String of(EventType type) {
    return switch (type.family()) {
      case BUILD_EVENT -> BUILD_EVENTS;
      case BUILD_REQUEST -> BUILD_REQUESTS;
      case RUN_EVENT -> RUN_EVENTS;
      case RUN_REQUEST -> RUN_REQUESTS;
      case IMAGE_EVENT, STORE_EVENT -> IMAGE_EVENTS;
      case HOST_EVENT -> HOST_STATE;
    };
  }
}
