package dev.gantry.run.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.linux.file.TreeSize;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A volume over HTTP.
 *
 * @param anonymous whether it is a run's own
 * @param users the runs that use it, by id
 * @param bytes how much is in it; only where one volume is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeDocument(
    String name,
    Map<String, String> labels,
    Instant createdAt,
    boolean anonymous,
    List<String> users,
    @Nullable Long bytes,
    @Nullable Long files) {

  static VolumeDocument of(Volume volume, List<String> users) {
    return new VolumeDocument(
        volume.name(), volume.labels(), volume.createdAt(), volume.anonymous(), users, null, null);
  }

  VolumeDocument with(TreeSize size) {
    return new VolumeDocument(
        name, labels, createdAt, anonymous, users, size.bytes(), size.files());
  }
}
