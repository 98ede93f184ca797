package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.Cgroup;
import dev.gantry.isolation.cgroup.CgroupVersion;
import dev.gantry.isolation.identity.IdRange;
import dev.gantry.isolation.network.NetworkAttachment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes what the shim reads: {@code name length:value\n} for each setting, so that values may hold
 * anything. The shim's README has the names.
 */
final class SpecWriter {
  /**
   * What the host found for a sandbox.
   *
   * @param layers lowest first
   * @param mounts in their order
   * @param idMapped whether the kernel maps the layers' ids
   * @param cgroup empty: stays in ours
   */
  record Placement(
      List<Path> layers,
      List<SandboxSpec.Mount> mounts,
      boolean idMapped,
      IdRange ids,
      CgroupVersion cgroups,
      Optional<Cgroup> cgroup) {}

  private static final long LOG_CPU_PERIOD_MICROS = 100_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private SpecWriter() {}

  static byte[] write(SandboxSpec spec, Placement placement) {
    SpecWriter writer = new SpecWriter();
    writer.put("id", spec.id());
    writer.root(spec.root(), placement);
    placement.mounts().forEach(writer::mount);
    writer.process(spec.process());
    placement.cgroup().ifPresent(writer::cgroup);
    writer.put("cgroup.v2", placement.cgroups() == CgroupVersion.V2);
    writer.network(spec.network());
    writer.put("log.bytes", Long.toString(spec.log().bytesPerFile()));
    writer.put("log.files", Integer.toString(spec.log().files()));
    if (spec.limits().cpus().isPresent()) {
      long micros = Math.round(spec.limits().cpus().getAsDouble() * LOG_CPU_PERIOD_MICROS);
      writer.put("log.cpu-micros", Long.toString(Math.max(micros, 1)));
    }
    return writer.out.toByteArray();
  }

  /** What of a specification is known before there is a request. */
  static byte[] writeStanding(String id, Placement placement, Optional<WarmPolicy.Link> link) {
    SpecWriter writer = new SpecWriter();
    writer.put("id", id);
    writer.ids(placement);
    placement.cgroup().ifPresent(writer::cgroup);
    writer.put("cgroup.v2", placement.cgroups() == CgroupVersion.V2);
    if (link.isPresent()) {
      writer.put("network.bridge", link.get().bridge());
      writer.put("network.host", link.get().hostInterface().apply(id));
    }
    return writer.out.toByteArray();
  }

  private void ids(Placement placement) {
    put("root.id-base", Long.toString(placement.ids().base()));
    put("root.id-count", Integer.toString(placement.ids().size()));
    put("root.idmap", placement.idMapped());
  }

  private void root(SandboxSpec.Root root, Placement placement) {
    ids(placement);
    put("root.readonly", root.readOnly());
    put("root.shm-bytes", Long.toString(root.shmBytes()));
    placement.layers().forEach(layer -> put("root.layer", layer.toString()));
  }

  private void mount(SandboxSpec.Mount mount) {
    switch (mount) {
      case SandboxSpec.Mount.Bind bind -> {
        put("mount.bind", bind.target());
        put("mount.source", bind.source().toString());
        put("mount.beneath", bind.beneath());
        put("mount.idmap", bind.idMapped());
      }
      case SandboxSpec.Mount.Tmpfs tmpfs -> {
        put("mount.tmpfs", tmpfs.target());
        put("mount.options", tmpfs.options());
      }
    }
    put("mount.readonly", mount.readOnly());
  }

  private void process(SandboxSpec.Process process) {
    process.argv().forEach(argument -> put("process.arg", argument));
    process.env().forEach(variable -> put("process.env", variable));
    put("process.workdir", process.workdir());
    put("process.user", process.user());
    process.groups().forEach(group -> put("process.group", group));
    put("process.hostname", process.hostname());
    put("process.capabilities", Long.toHexString(Capability.bits(process.capabilities())));
    process
        .limits()
        .forEach(
            (limit, bounds) ->
                put(
                    "process.rlimit",
                    limit.ordinal()
                        + " "
                        + Long.toUnsignedString(bounds.soft())
                        + " "
                        + Long.toUnsignedString(bounds.hard())));
    process.oomScoreAdjust().ifPresent(score -> put("process.oom-score", Integer.toString(score)));
    process
        .sysctls()
        .forEach((sysctl, value) -> put("process.sysctl", sysctl.path() + " " + value));
    put("process.terminal", process.terminal());
    put("process.stdin", process.stdin());
    process
        .seccomp()
        .programs(Capability.names(process.capabilities()))
        .forEach(program -> put("process.seccomp", program));
  }

  private void cgroup(Cgroup cgroup) {
    Optional<Path> cloneTarget = cgroup.cloneTarget();
    if (cloneTarget.isPresent()) {
      put("cgroup.clone", cloneTarget.get().toString());
    } else {
      cgroup.procsFiles().forEach(file -> put("cgroup.procs", file.toString()));
    }
    put("cgroup.oom-file", cgroup.oomCounter().file().toString());
    put("cgroup.oom-key", cgroup.oomCounter().key());
  }

  private void network(SandboxSpec.Network network) {
    switch (network) {
      case SandboxSpec.Network.None _ -> {}
      case SandboxSpec.Network.Host _ -> put("network.of-host", true);
      case SandboxSpec.Network.Bridged bridged -> {
        Optional<NetworkAttachment> way = bridged.defaultRoute();
        for (NetworkAttachment attachment : bridged.attachments()) {
          attachment(attachment, way.isPresent() && way.get().equals(attachment));
        }
      }
    }
  }

  private void attachment(NetworkAttachment attachment, boolean defaultRoute) {
    put("network.bridge", attachment.bridge());
    put("network.host", attachment.hostInterface());
    put("network.mac", attachment.mac().text());
    put("network.address", attachment.address().getHostAddress());
    put("network.prefix", Integer.toString(attachment.prefix()));
    if (defaultRoute) {
      put("network.gateway", attachment.gateway().getHostAddress());
    }
  }

  private void put(String name, boolean value) {
    put(name, value ? "1" : "0");
  }

  private void put(String name, String value) {
    put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String name, byte[] value) {
    out.writeBytes((name + ' ' + value.length + ':').getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(value);
    out.write('\n');
  }
}
