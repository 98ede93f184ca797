package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where results of steps come from and go to, beside the platform's own cache.
 *
 * @param except stages whose steps are all executed
 * @param from images whose cache is asked too
 * @param to images that take the cache of this build
 */
public record BuildCache(
    @JsonProperty("noCacheFilter") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> except,
    @JsonProperty("cacheFrom") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> from,
    @JsonProperty("cacheTo") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> to) {
  /** Nothing said. */
  public static final BuildCache UNSAID = new BuildCache(List.of(), List.of(), List.of());

  /** Takes copies of the lists. */
  public BuildCache {
    except = List.copyOf(except);
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  static BuildCache read(Fields fields) {
    return new BuildCache(
        orEmpty(fields.texts("noCacheFilter")),
        orEmpty(fields.parsedList("cacheFrom", ImageName::parse)),
        orEmpty(fields.parsedList("cacheTo", ImageName::parseTag)));
  }

  static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
