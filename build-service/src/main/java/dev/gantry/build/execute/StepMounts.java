package dev.gantry.build.execute;

import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.plan.RunMount;
import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is mounted in the sandbox of one RUN, and goes with it: files of the context or of a stage,
 * caches, secrets, agents, the script. Not thread-safe.
 */
final class StepMounts implements AutoCloseable {
  private static final int SCRIPT_MODE = 0755;
  private static final int SCRATCH_MODE = 0755;

  private final Tools tools;
  private final PlannedStep step;
  private final List<SandboxSpec.Mount> mounts = new ArrayList<>();
  private final Map<String, String> env = new LinkedHashMap<>();
  private final List<byte[]> secrets = new ArrayList<>();
  private final List<Path> caches = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<Path> layers = new ArrayList<>();
  private final Deque<Closing> closing = new ArrayDeque<>();
  private Instant newest = Instant.EPOCH;
  private int number;

  /** What they are made with. */
  record Tools(
      Engine.Parts parts, StepContext context, MountOrigins origins, Path secretDirectory) {}

  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  private StepMounts(Tools tools, PlannedStep step) {
    this.tools = tools;
    this.step = step;
  }

  /**
   * Makes them ready; waits for caches that another build has for itself.
   *
   * @param image the layers in which the step runs
   */
  static StepMounts open(Tools tools, PlannedStep step, List<Path> image)
      throws BuildFailedException, IOException, InterruptedException {
    StepMounts opened = new StepMounts(tools, step);
    Operation.Run run = (Operation.Run) step.operation();
    try {
      if (!run.mounts().isEmpty() || run.script() != null) {
        opened.make(run, image);
      }
      opened.layers.addAll(image);
      return opened;
    } catch (BuildFailedException | IOException | InterruptedException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  List<SandboxSpec.Mount> mounts() {
    return mounts;
  }

  /** Variables that name them. */
  Map<String, String> env() {
    return env;
  }

  /** The layers to run in, the lowest first. */
  List<Path> layers() {
    return layers;
  }

  /** Values that must not be told on. */
  List<byte[]> secrets() {
    return secrets;
  }

  /** Directories that stay when the step ends. */
  List<Path> caches() {
    return caches;
  }

  /** Paths in which only these mounts see something, children before their parents. */
  List<String> missing() {
    return missing;
  }

  /** The time of the newest thing that the step finds in them. */
  Instant newest() {
    return newest;
  }

  private void make(Operation.Run run, List<Path> image)
      throws BuildFailedException, IOException, InterruptedException {
    Path scratch = tools.parts().layers().create();
    closing.push(() -> tools.parts().layers().delete(scratch));
    Path below = Files.createDirectory(scratch.resolve("below"));
    try (DirFd work = DirFd.open(scratch);
        DirFd layer = DirFd.open(below);
        Rootfs rootfs = Rootfs.open(tools.parts().layers(), image)) {
      work.chmod("below", SCRATCH_MODE);
      MountPoints points = new MountPoints(rootfs.root(), layer);
      for (RunMount mount : run.mounts()) {
        make(mount, scratch, points);
      }
      if (run.script() != null) {
        script(run.script(), scratch, points);
      }
      missing.addAll(points.missing());
      layers.add(below);
    }
  }

  private void make(RunMount mount, Path scratch, MountPoints points)
      throws BuildFailedException, IOException, InterruptedException {
    switch (mount) {
      case RunMount.Bind bind -> bind(bind, scratch, points);
      case RunMount.Cache cache -> cache(cache, points);
      case RunMount.Tmpfs tmpfs -> {
        points.add(tmpfs.target(), true);
        String options = tmpfs.sizeBytes() == 0 ? "" : "size=" + tmpfs.sizeBytes();
        mounts.add(new SandboxSpec.Mount.Tmpfs(tmpfs.target(), false, options));
      }
      case RunMount.Secret secret -> secret(secret, points);
      case RunMount.Ssh ssh -> agent(ssh, points);
    }
  }

  /** A copy of its own: what the step writes there is thrown away, and nobody else sees it. */
  private void bind(RunMount.Bind bind, Path scratch, MountPoints points)
      throws BuildFailedException, IOException {
    SourceTree tree = tools.origins().tree(bind.from());
    String source = tools.origins().source(bind.from(), bind.source());
    boolean directory = source.isEmpty() || tree.find(source).filter(Node::isDirectory).isPresent();
    Path copy = Files.createDirectory(scratch.resolve("bind" + number++));
    try (DirFd into = DirFd.open(copy)) {
      TreeMirror mirror = new TreeMirror(tree, into, tools.context());
      if (directory) {
        mirror.contents(source);
      } else {
        mirror.entry(source, "file");
      }
      newest = mirror.newest().isAfter(newest) ? mirror.newest() : newest;
    }
    points.add(bind.target(), directory);
    Path mounted = directory ? copy : copy.resolve("file");
    mounts.add(new SandboxSpec.Mount.Bind(mounted, bind.target(), bind.readOnly(), true));
  }

  private void cache(RunMount.Cache cache, MountPoints points)
      throws BuildFailedException, IOException, InterruptedException {
    SourceTree tree = tools.origins().tree(cache.from());
    String source = tools.origins().source(cache.from(), cache.source());
    CacheMounts.Filling filling =
        directory -> {
          new TreeMirror(tree, directory, tools.context()).contents(source);
          directory.chown("", cache.owner().uid(), cache.owner().gid());
          directory.chmod("", cache.owner().mode());
        };
    CacheMounts all = tools.parts().mounts();
    CacheMounts.Lease lease =
        switch (cache.sharing()) {
          case SHARED -> all.shared(cache.id(), filling);
          case PRIVATE -> all.alone(cache.id(), filling);
          case LOCKED -> all.locked(cache.id(), tools.context().job().cancellation(), filling);
        };
    closing.push(lease::close);
    caches.add(lease.directory());
    points.add(cache.target(), true);
    mounts.add(
        new SandboxSpec.Mount.Bind(lease.directory(), cache.target(), cache.readOnly(), true));
  }

  private void secret(RunMount.Secret secret, MountPoints points)
      throws BuildFailedException, IOException {
    Optional<byte[]> value = tools.context().job().secrets().value(secret.id());
    if (value.isEmpty()) {
      if (secret.required()) {
        throw tools
            .context()
            .failed(step.at(), "secret \"" + secret.id() + "\" did not come with the build");
      }
      return;
    }
    secrets.add(value.get());
    if (secret.variable() != null) {
      env.put(secret.variable(), new String(value.get(), StandardCharsets.UTF_8));
    }
    if (secret.target() != null) {
      String name = "secret" + number++;
      try (DirFd directory = DirFd.open(tools.secretDirectory())) {
        write(directory, name, value.get(), secret.owner());
      }
      points.add(secret.target(), false);
      mounts.add(
          new SandboxSpec.Mount.Bind(
              tools.secretDirectory().resolve(name), secret.target(), true, true));
    }
  }

  private void agent(RunMount.Ssh ssh, MountPoints points)
      throws BuildFailedException, IOException, InterruptedException {
    Optional<byte[]> keys = tools.context().job().secrets().sshKeys(ssh.id());
    if (keys.isEmpty()) {
      if (ssh.required()) {
        throw tools
            .context()
            .failed(step.at(), "ssh \"" + ssh.id() + "\" did not come with the build");
      }
      return;
    }
    secrets.add(keys.get());
    Path socket = tools.secretDirectory().resolve("agent" + number++);
    SshAgent agent;
    try {
      agent = SshAgent.start(socket, keys.get());
    } catch (SshAgent.UnusableKeyException e) {
      throw tools.context().failed(step.at(), "ssh \"" + ssh.id() + "\": " + e.getMessage());
    }
    closing.push(agent::close);
    try (DirFd directory = DirFd.open(tools.secretDirectory())) {
      String name = socket.getFileName().toString();
      directory.chown(name, ssh.owner().uid(), ssh.owner().gid());
      directory.chmod(name, ssh.owner().mode());
    }
    points.add(ssh.target(), false);
    mounts.add(new SandboxSpec.Mount.Bind(socket, ssh.target(), false, true));
    env.putIfAbsent("SSH_AUTH_SOCK", ssh.target());
  }

  private void script(Operation.Script script, Path scratch, MountPoints points)
      throws IOException {
    try (DirFd directory = DirFd.open(scratch)) {
      RunMount.Access access = new RunMount.Access(0, 0, SCRIPT_MODE);
      write(directory, "script", script.content().getBytes(StandardCharsets.UTF_8), access);
    }
    points.add(script.path(), false);
    mounts.add(new SandboxSpec.Mount.Bind(scratch.resolve("script"), script.path(), true, true));
  }

  private static void write(DirFd directory, String name, byte[] content, RunMount.Access access)
      throws IOException {
    try (FileFd file = directory.create(name, access.mode())) {
      // The stream closes the file.
      file.chown(access.uid(), access.gid());
      file.chmod(access.mode());
      try (OutputStream out = file.output()) {
        out.write(content);
      }
    }
  }

  @Override
  public void close() throws IOException {
    IOException problem = null;
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (IOException e) {
        problem = e;
      }
    }
    if (problem != null) {
      throw problem;
    }
  }
}
