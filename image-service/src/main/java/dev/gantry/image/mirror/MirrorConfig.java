package dev.gantry.image.mirror;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How other registries are mirrored; which ones is said by a file. */
@ConfigMapping(prefix = "gantry.mirror")
public interface MirrorConfig {
  /** The file that names them; {@code mirrors.json} in the service's directory when not set. */
  Optional<Path> file();

  /** How many fetches of blobs, and how many other questions, may be under way at a time. */
  @WithDefault("64")
  int fetchesMax();

  /** After how long the fetch of a blob is given up, however far it got. */
  @WithDefault("2h")
  Duration fetchTimeout();

  /** How long an upstream may be silent. */
  @WithDefault("30s")
  Duration silenceTimeout();

  /** How long a connection may take. */
  @WithDefault("5s")
  Duration connectTimeout();

  /** How often a blob whose connection broke is gone on with, until no byte more came. */
  @WithDefault("5")
  int triesMax();
}
