package dev.gantry.run.volume;

import dev.gantry.linux.file.TreeSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of this host, and which runs use them. A volume is used by every run that names it
 * and is not removed, whether or not it runs. Thread-safe; one process at a time.
 */
public final class VolumeStore implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(VolumeStore.class);

  private final VolumeFiles files;
  private final Clock clock;
  private final Map<String, Volume> volumes = new TreeMap<>();
  private final Map<String, Set<String>> users = new HashMap<>();

  /** Held while a volume is filled: others who want to fill it wait. */
  private final Map<String, Object> filling = new ConcurrentHashMap<>();

  /** What came of the wish to remove a volume. */
  public sealed interface Removal {
    /** It is gone. */
    record Removed() implements Removal {}

    /** There was none. */
    record Unknown() implements Removal {}

    /** These runs have it, by id. */
    record InUse(List<String> runs) implements Removal {
      /** Copies the list. */
      public InUse {
        runs = List.copyOf(runs);
      }
    }
  }

  private VolumeStore(VolumeFiles files, Clock clock) throws IOException {
    this.files = files;
    this.clock = clock;
    files.load().forEach(volume -> volumes.put(volume.name(), volume));
  }

  /** Opens the volumes of a directory, made when missing. Nobody uses them yet: {@link #hold}. */
  public static VolumeStore open(Path directory, Clock clock) throws IOException {
    return new VolumeStore(VolumeFiles.open(directory), clock);
  }

  /** All volumes by name. */
  public synchronized List<Volume> all() {
    return List.copyOf(volumes.values());
  }

  /** The volume of this name. */
  public synchronized Optional<Volume> find(String name) {
    return Optional.ofNullable(volumes.get(name));
  }

  /** The runs that use a volume, by id. */
  public synchronized List<String> users(String name) {
    return users.getOrDefault(name, Set.of()).stream().sorted().toList();
  }

  /**
   * Makes a volume; one that is there stays as it is. Durable when this returns.
   *
   * @throws IllegalArgumentException for a name that cannot be
   */
  public synchronized Volume create(String name, Map<String, String> labels) throws IOException {
    return create(name, labels, null);
  }

  private Volume create(String name, Map<String, String> labels, Volume.@Nullable Owner owner)
      throws IOException {
    Volume known = volumes.get(name);
    if (known != null) {
      return known;
    }
    Volume made = new Volume(name, labels, clock.instant().truncatedTo(ChronoUnit.MICROS), owner);
    files.create(made);
    volumes.put(name, made);
    LOG.infof("volume %s made", name);
    return made;
  }

  /** Makes sure that the run has this volume, made when missing, until it is {@link #release}d. */
  public synchronized Volume hold(String name, String run) throws IOException {
    Volume volume = create(name, Map.of(), null);
    users.computeIfAbsent(name, _ -> new TreeSet<>()).add(run);
    return volume;
  }

  /** The run's own volume at a target, made when missing; always the same one. */
  public synchronized Volume holdAnonymous(String run, String target) throws IOException {
    String name = anonymousName(run, target);
    Volume volume = create(name, Map.of(), new Volume.Owner(run, target));
    users.computeIfAbsent(name, _ -> new TreeSet<>()).add(run);
    return volume;
  }

  /**
   * Says again, after a restart of the service, what a run uses: named volumes that are there, and
   * its anonymous ones.
   */
  public synchronized void restore(String run, Collection<String> named) {
    named.stream().filter(volumes::containsKey).forEach(name -> use(name, run));
    ownedBy(run).forEach(volume -> use(volume.name(), run));
  }

  private void use(String name, String run) {
    users.computeIfAbsent(name, _ -> new TreeSet<>()).add(run);
  }

  /**
   * The run needs its volumes no more. Volumes stay, but for its anonymous ones where that is
   * wanted. A repeated call finishes what failed.
   */
  public void release(String run, boolean removeAnonymous) throws IOException {
    List<Volume> own;
    synchronized (this) {
      users.values().forEach(runs -> runs.remove(run));
      users.values().removeIf(Set::isEmpty);
      own = removeAnonymous ? ownedBy(run) : List.of();
    }
    for (Volume volume : own) {
      remove(volume.name());
    }
  }

  private List<Volume> ownedBy(String run) {
    return volumes.values().stream()
        .filter(volume -> volume.owner() != null && volume.owner().run().equals(run))
        .toList();
  }

  /** Removes a volume that nobody uses, with all that is in it. */
  public Removal remove(String name) throws IOException {
    String removed;
    synchronized (this) {
      if (!volumes.containsKey(name)) {
        return new Removal.Unknown();
      }
      List<String> runs = users(name);
      if (!runs.isEmpty()) {
        return new Removal.InUse(runs);
      }
      removed = files.detach(name);
      volumes.remove(name);
      filling.remove(name);
    }
    files.erase(removed);
    LOG.infof("volume %s removed", name);
    return new Removal.Removed();
  }

  /**
   * Volumes that no run uses.
   *
   * @param without runs that do not count
   */
  public synchronized List<Volume> unused(Set<String> without) {
    return volumes.values().stream()
        .filter(volume -> without.containsAll(users.getOrDefault(volume.name(), Set.of())))
        .sorted(Comparator.comparing(Volume::name))
        .toList();
  }

  /** How much is in a volume; takes as long as it takes to look at every file. */
  public TreeSize size(String name) throws IOException {
    return files.size(name);
  }

  /** Where a volume's content is. */
  public Path data(String name) {
    return files.data(name);
  }

  /**
   * Fills a volume, if it is empty, with what an image has at a path. Blocks while another fills
   * it.
   *
   * @param layers of the image, the lowest first
   */
  public void fill(String name, List<Path> layers, String imagePath) throws IOException {
    synchronized (filling.computeIfAbsent(name, _ -> new Object())) {
      files.fill(name, layers, imagePath);
    }
  }

  /** As docker's: 64 hexadecimal digits. Derived, so that a start that is repeated finds it. */
  static String anonymousName(String run, String target) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((run + '\0' + target).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
