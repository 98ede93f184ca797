package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.network.NameFiles;
import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes and removes sandboxes' directories. */
final class SandboxDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> ALL_CAN_READ =
      PosixFilePermissions.fromString("rw-r--r--");

  private static final String HOSTS = "hosts";
  private static final String HOSTNAME = "hostname";
  private static final String RESOLVERS = "resolv.conf";

  private SandboxDirectory() {}

  /** Makes a directory, with missing parents, that only its owner can enter. */
  static void make(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, OWNER_ONLY);
  }

  /** Makes a sandbox's directory, with files that are still to be {@link #fill}ed. */
  static void prepare(Path directory) throws IOException {
    make(directory);
    Path etc = Files.createDirectories(directory.resolve("etc"));
    for (String name : List.of(HOSTS, HOSTNAME, RESOLVERS)) {
      Path file = etc.resolve(name);
      if (Files.notExists(file)) {
        Files.createFile(file);
      }
      Files.setPosixFilePermissions(file, ALL_CAN_READ);
    }
  }

  /** Writes what the shim expects to find, but for the specification. */
  static void fill(SandboxSpec spec) throws IOException {
    NameFiles names = names(spec);
    Path etc = spec.directory().resolve("etc");
    Files.writeString(etc.resolve(HOSTS), names.hosts());
    Files.writeString(etc.resolve(HOSTNAME), names.hostname());
    Files.writeString(etc.resolve(RESOLVERS), names.resolvConf());
  }

  private static NameFiles names(SandboxSpec spec) throws IOException {
    String hostname = spec.process().hostname();
    return switch (spec.network()) {
      case SandboxSpec.Network.None(Resolution resolution) ->
          NameFiles.of(hostname, Optional.empty(), resolution);
      case SandboxSpec.Network.Host(Resolution resolution) ->
          NameFiles.ofHost(hostname, resolution);
      case SandboxSpec.Network.Bridged(
              List<NetworkAttachment> attachments,
              Resolution resolution) ->
          NameFiles.of(hostname, Optional.of(attachments.getFirst().address()), resolution);
    };
  }

  /** Removes a directory and all that a hostile sandbox may have put into it. */
  static void delete(Path directory) throws IOException {
    try (DirFd open = DirFd.open(directory)) {
      open.deleteContents();
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return;
      }
      throw e;
    }
    try {
      Files.delete(directory);
    } catch (NoSuchFileException e) {
      // somebody else removed it meanwhile, which is what we wanted
    }
  }
}
