package dev.gantry.events;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The CloudEvents type of a record: {@code dev.gantry.<entity>.<verb>.v1}, derived from the
 * record's place among the sealed events, so that there is no second list to keep.
 *
 * @param name {@code dev.gantry.build.step-finished.v1}
 * @param payload the record that its data is read into
 */
public record EventType(String name, Class<? extends Event> payload, Family family) {
  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(Family.values())
          .flatMap(family -> Arrays.stream(family.events.getPermittedSubclasses()))
          .map(payload -> derive(payload.asSubclass(Event.class)))
          .collect(
              Collectors.toMap(EventType::name, Function.identity(), (a, b) -> a, TreeMap::new));
  private static final Map<Class<? extends Event>, EventType> BY_PAYLOAD =
      BY_NAME.values().stream()
          .collect(Collectors.toUnmodifiableMap(EventType::payload, Function.identity()));

  /** The sealed families of events; all of one family share a topic. */
  public enum Family {
    BUILD_EVENT("build", BuildEvent.class),
    BUILD_REQUEST("build", BuildRequest.class),
    RUN_EVENT("run", RunEvent.class),
    RUN_REQUEST("run", RunRequest.class),
    IMAGE_EVENT("image", ImageEvent.class),
    STORE_EVENT("store", StoreEvent.class),
    HOST_EVENT("host", HostEvent.class);

    private final String entity;
    private final Class<? extends Event> events;

    Family(String entity, Class<? extends Event> events) {
      this.entity = entity;
      this.events = events;
    }

    /** Whether its members ask for something, rather than say what happened. */
    public boolean isRequest() {
      return this == BUILD_REQUEST || this == RUN_REQUEST;
    }
  }

  /** The type of an event. */
  public static EventType of(Event event) {
    return of(event.getClass());
  }

  /** The type of the events of a record class. */
  public static EventType of(Class<? extends Event> payload) {
    EventType type = BY_PAYLOAD.get(payload);
    if (type == null) {
      throw new IllegalArgumentException(payload + " is a family of events, not an event");
    }
    return type;
  }

  /** The type of that name; empty when this version knows none. */
  public static Optional<EventType> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** Every type, by name. */
  public static Collection<EventType> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }

  private static EventType derive(Class<? extends Event> payload) {
    Family family =
        Arrays.stream(Family.values())
            .filter(candidate -> candidate.events.isAssignableFrom(payload))
            .findFirst()
            .orElseThrow();
    String verb =
        payload.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return new EventType("dev.gantry." + family.entity + '.' + verb + ".v1", payload, family);
  }

  @Override
  public String toString() {
    return name;
  }
}
