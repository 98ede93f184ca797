package dev.gantry.events;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a record must hold: every component that is not marked as nullable. */
final class Required {
  private Required() {}

  static boolean isRequired(RecordComponent component) {
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** The first required component that is null, here or in a record within, by name. */
  static Optional<String> missing(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().flatMap(element -> missing(element).stream()).findFirst();
    }
    if (!(value instanceof Record)) {
      return Optional.empty();
    }
    return Arrays.stream(value.getClass().getRecordComponents())
        .flatMap(component -> missing(value, component))
        .findFirst();
  }

  private static Stream<String> missing(Object holder, RecordComponent component) {
    try {
      Object value = component.getAccessor().invoke(holder);
      if (value == null) {
        return isRequired(component) ? Stream.of(component.getName()) : Stream.empty();
      }
      return missing(value).stream();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("events are public records", e);
    }
  }
}
