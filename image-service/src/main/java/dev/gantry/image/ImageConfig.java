package dev.gantry.image;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The settings of this service; what is wrong is refused at start, by name. */
@ConfigMapping(prefix = "gantry")
public interface ImageConfig {
  /** Which platform of this host the service belongs to. */
  @WithDefault("gantry")
  String instance();

  /** This host's id; its name when not set. */
  Optional<String> host();

  /** The service's own directory: blobs and uploads. */
  @WithDefault("/var/lib/gantry/image-service")
  Path stateDir();

  /** The largest manifest that is taken; clients may rely on 4 MiB. */
  @WithDefault("4194304")
  int manifestBytesMax();

  /** The largest blob that is taken. */
  @WithDefault("68719476736")
  long blobBytesMax();

  /** How many uploads may be open at a time. */
  @WithDefault("10000")
  int uploadsMax();

  /** After how long without a byte an upload is thrown away. */
  @WithDefault("24h")
  Duration uploadTtl();

  /** The slowest average of an upload's request, after its first minute. */
  @WithDefault("1024")
  @WithName("upload-bytes-per-second-min")
  long uploadBytesPerSecondMin();

  /** Throwing away what nothing refers to any more. */
  Gc gc();

  /** Looking for bit rot. */
  Scrub scrub();

  /** Of {@code gantry.gc}. */
  interface Gc {
    /** How often it is done; {@code off} for never. */
    @WithDefault("6h")
    String every();

    /** How long something new is kept that nothing refers to yet: as long as a push may take. */
    @WithDefault("24h")
    Duration grace();

    /** After how long manifests without a tag go as well; they stay when this is not set. */
    Optional<Duration> untaggedAge();

    /** For how long after its last use a blob of these repositories is kept without a manifest. */
    Map<String, Duration> hold();
  }

  /** Of {@code gantry.scrub}. */
  interface Scrub {
    /** How often it is done; {@code off} for never. */
    @WithDefault("168h")
    String every();

    /** How fast the disk is read. */
    @WithDefault("52428800")
    long bytesPerSecondMax();
  }

  /** This host's id. */
  default String hostId() {
    return host().orElseGet(ImageConfig::hostName);
  }

  /** The {@code source} of this service's events. */
  default URI source() {
    return URI.create("/gantry/image-service/" + hostId());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
