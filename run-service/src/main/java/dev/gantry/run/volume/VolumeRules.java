package dev.gantry.run.volume;

import dev.gantry.events.Mount;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a request and an image say of mounts into what a sandbox is given. The volumes that
 * are named are made where they are missing, and held by the run. Thread-safe.
 */
public final class VolumeRules {
  private final VolumeStore store;
  private final BindRoots bindRoots;
  private final boolean idMaps;
  private final Predicate<String> running;
  private final Executor pool;

  /**
   * What mounts are made on.
   *
   * @param idMaps whether the kernel maps ids when mounting: else only one run at a time can have a
   *     volume
   * @param running whether a run's processes live
   * @param pool where volumes are filled
   */
  public record Host(boolean idMaps, Predicate<String> running, Executor pool) {}

  /**
   * What mounts are made for.
   *
   * @param run its id
   * @param mounts as its request has them
   * @param imageVolumes where its image wants volumes
   * @param layers of its image, the lowest first
   */
  public record Wanted(
      String run, List<Mount> mounts, List<String> imageVolumes, List<Path> layers) {
    /** Copies the lists. */
    public Wanted {
      mounts = List.copyOf(mounts);
      imageVolumes = List.copyOf(imageVolumes);
      layers = List.copyOf(layers);
    }

    /** Whether there is nothing to mount. */
    public boolean none() {
      return mounts.isEmpty() && imageVolumes.isEmpty();
    }
  }

  /** Rules of a host. */
  public VolumeRules(VolumeStore store, BindRoots bindRoots, Host host) {
    this.store = store;
    this.bindRoots = bindRoots;
    this.idMaps = host.idMaps();
    this.running = host.running();
    this.pool = host.pool();
  }

  /** The volumes. */
  public VolumeStore store() {
    return store;
  }

  /**
   * Prepares the mounts of a run. May take long: an empty volume is filled. The future never fails.
   * Whatever comes of it, the run holds volumes until they are released.
   */
  public CompletableFuture<Mounting> prepare(Wanted wanted) {
    return wanted.none()
        ? CompletableFuture.completedFuture(new Mounting.Ready(List.of()))
        : CompletableFuture.supplyAsync(() -> prepareNow(wanted), pool);
  }

  /** Says again, after a restart of the service, which volumes a run has. */
  public void restore(String run, List<Mount> mounts) {
    store.restore(
        run,
        mounts.stream()
            .map(mount -> mount instanceof Mount.Volume volume ? volume.source() : null)
            .filter(Objects::nonNull)
            .toList());
  }

  private Mounting prepareNow(Wanted wanted) {
    List<SandboxSpec.Mount> mounts = new ArrayList<>();
    List<Mount> all = withImageVolumes(wanted);
    for (int i = 0; i < all.size(); i++) {
      String field = i < wanted.mounts().size() ? "mounts[" + i + "]" : "image";
      try {
        Optional<Mounting.Refused> refused = prepare(wanted, all.get(i), field);
        if (refused.isPresent()) {
          return refused.get();
        }
        mounts.add(mount(wanted.run(), all.get(i)));
      } catch (IOException e) {
        return failed(field, e);
      } catch (IllegalArgumentException e) {
        return new Mounting.Refused(
            field, ReasonCode.INVALID_FIELD, String.valueOf(e.getMessage()));
      }
    }
    return new Mounting.Ready(inOrder(mounts));
  }

  /** The mounts that a run has been given; nothing is made or filled. */
  public List<SandboxSpec.Mount> known(Wanted wanted) {
    return inOrder(
        withImageVolumes(wanted).stream()
            .filter(mount -> !(mount instanceof Mount.Bind bind) || place(bind).isPresent())
            .map(mount -> mount(wanted.run(), mount))
            .toList());
  }

  /** What lies deeper is mounted later, or it would be hidden. */
  private static List<SandboxSpec.Mount> inOrder(List<SandboxSpec.Mount> mounts) {
    return mounts.stream()
        .sorted(Comparator.comparingInt(mount -> Path.of(mount.target()).getNameCount()))
        .toList();
  }

  private static List<Mount> withImageVolumes(Wanted wanted) {
    List<Mount> all = new ArrayList<>(wanted.mounts());
    for (String target : wanted.imageVolumes()) {
      Path path = Path.of("/", target).normalize();
      boolean taken =
          all.stream().anyMatch(mount -> Path.of(mount.target()).normalize().equals(path));
      if (!taken && path.getNameCount() > 0) {
        all.add(new Mount.Volume(null, path.toString(), false, null, false));
      }
    }
    return all;
  }

  private Optional<Mounting.Refused> prepare(Wanted wanted, Mount mount, String field)
      throws IOException {
    return switch (mount) {
      case Mount.Tmpfs _ -> Optional.empty();
      case Mount.Bind bind -> prepare(bind, field);
      case Mount.Volume volume -> prepare(wanted, volume, field);
    };
  }

  private Optional<Mounting.Refused> prepare(Mount.Bind bind, String field) {
    return place(bind)
        .map(place -> BindRoots.refusal(place.root(), place.beneath(), field + ".source"))
        .orElseGet(
            () ->
                Optional.of(
                    new Mounting.Refused(
                        field + ".source",
                        ReasonCode.FORBIDDEN,
                        "%s is below none of the directories that this host allows (%s)"
                            .formatted(
                                bind.source(),
                                bindRoots.roots().isEmpty() ? "none" : bindRoots.roots()))));
  }

  private Optional<BindRoots.Place> place(Mount.Bind bind) {
    return bindRoots.find(bind.source(), bind.subpath());
  }

  private Optional<Mounting.Refused> prepare(Wanted wanted, Mount.Volume volume, String field)
      throws IOException {
    String name = hold(wanted.run(), volume);
    if (!idMaps) {
      Optional<String> other =
          store.users(name).stream()
              .filter(user -> !user.equals(wanted.run()) && running.test(user))
              .findFirst();
      if (other.isPresent()) {
        return Optional.of(
            new Mounting.Refused(
                field + ".source",
                ReasonCode.VOLUME_IN_USE,
                "run %s has volume %s, and this kernel cannot share it (it maps no ids)"
                    .formatted(other.get(), name)));
      }
    }
    String subpath = volume.subpath();
    if (subpath == null && !volume.noCopy()) {
      store.fill(name, wanted.layers(), volume.target());
    }
    return subpath == null
        ? Optional.empty()
        : BindRoots.refusal(store.data(name), subpath, field + ".subpath");
  }

  private String hold(String run, Mount.Volume volume) throws IOException {
    String source = volume.source();
    return (source == null ? store.holdAnonymous(run, volume.target()) : store.hold(source, run))
        .name();
  }

  private SandboxSpec.Mount mount(String run, Mount mount) {
    return switch (mount) {
      case Mount.Volume volume ->
          new SandboxSpec.Mount.Bind(
              store.data(name(run, volume)),
              orEmpty(volume.subpath()),
              volume.target(),
              volume.readOnly(),
              true);
      case Mount.Bind bind -> {
        BindRoots.Place place = place(bind).orElseThrow();
        yield new SandboxSpec.Mount.Bind(
            place.root(), place.beneath(), bind.target(), bind.readOnly(), idMaps);
      }
      case Mount.Tmpfs tmpfs ->
          new SandboxSpec.Mount.Tmpfs(tmpfs.target(), tmpfs.readOnly(), options(tmpfs));
    };
  }

  private static String name(String run, Mount.Volume volume) {
    String source = volume.source();
    return source == null ? VolumeStore.anonymousName(run, volume.target()) : source;
  }

  private static String options(Mount.Tmpfs tmpfs) {
    List<String> options = new ArrayList<>();
    Long size = tmpfs.sizeBytes();
    if (size != null) {
      options.add("size=" + size);
    }
    Mount.Mode mode = tmpfs.mode();
    options.add("mode=" + (mode == null ? "1777" : mode.toString()));
    return String.join(",", options);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Mounting.Refused failed(String field, IOException e) {
    boolean full = e instanceof LinuxException linux && linux.is(Errno.ENOSPC, Errno.EDQUOT);
    return new Mounting.Refused(
        field,
        full ? ReasonCode.STORAGE_FULL : ReasonCode.START_FAILED,
        "volume: " + e.getMessage());
  }
}
