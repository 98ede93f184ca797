package dev.gantry.build.context;

import dev.gantry.build.fetch.FetchException;
import dev.gantry.build.fetch.GitFetcher;
import dev.gantry.build.fetch.Lifeline;
import dev.gantry.build.plan.GitReference;
import dev.gantry.events.BuildContext;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Contexts as blobs of the registry, where every build host finds them, with copies on this disk
 * while they are in use. Thread-safe; one process at a time has the directory.
 */
public final class ContextStore {
  /** The repository that holds contexts. */
  public static final String REPOSITORY = "gantry/contexts";

  private static final int BUFFER_BYTES = 128 * 1024;

  private final Path directory;
  private final RegistryClient registry;
  private final RegistryClient patient;
  private final ContextLimits limits;
  private final GitFetcher git;

  private ContextStore(
      Path directory, Registries registries, ContextLimits limits, GitFetcher git) {
    this.directory = directory;
    this.registry = registries.prompt();
    this.patient = registries.patient();
    this.limits = limits;
    this.git = git;
  }

  /**
   * The registry that holds contexts.
   *
   * @param prompt to take contexts in: their sender waits
   * @param patient to fetch them for a build: it can wait until the registry is back
   */
  public record Registries(RegistryClient prompt, RegistryClient patient) {}

  /** Opens the store; copies that an earlier process left go: the registry has them. */
  public static ContextStore open(
      Path directory, Registries registries, ContextLimits limits, GitFetcher git)
      throws IOException {
    Files.createDirectories(directory);
    try (DirFd copies = DirFd.open(directory)) {
      copies.deleteContents();
    }
    return new ContextStore(directory, registries, limits, git);
  }

  /**
   * Takes a context in: it is durable in the registry when this returns.
   *
   * @throws ContextTooLargeException when it has more bytes than a context may have
   * @throws InvalidContextException when it is no tar, plain or compressed
   * @throws IOException when the sender stops, or disk or registry fail; nothing is left then
   */
  public BuildContext receive(InputStream body) throws IOException {
    Path spool = temporary();
    try {
      Descriptor blob = spool(body, spool);
      registry.pushBlob(REPOSITORY, blob, () -> Files.newInputStream(spool));
      Files.move(spool, copy(blob.digest()), StandardCopyOption.ATOMIC_MOVE);
      return new BuildContext(blob.digest().toString(), blob.size(), blob.mediaType());
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  /**
   * Takes the tree of a Git repository in, such as {@code
   * https://example.org/project.git#branch:directory}; the same commit is the same context.
   *
   * @throws FetchException when it is no Git URL, or there is no such tree
   * @throws dev.gantry.oci.network.NetworkPolicy.RefusedException when builds may not reach it
   */
  public BuildContext receiveGit(String url, Lifeline lifeline) throws IOException {
    GitReference reference = reference(url);
    String commit = git.commit(reference, lifeline);
    try (GitFetcher.GitTree tree = git.fetch(reference, commit, lifeline);
        InputStream archive = tree.archive()) {
      BuildContext blob = receive(archive);
      String place = reference.remote().replaceFirst("//[^/@]*@", "//") + "@" + commit;
      return new BuildContext(blob.digest(), blob.size(), blob.mediaType(), place);
    }
  }

  private static GitReference reference(String url) throws FetchException {
    // The short form that Docker has for contexts alone.
    String whole =
        url.startsWith("github.com/")
            ? "https://" + url.replaceFirst("(\\.git)?([?#]|$)", ".git$2")
            : url;
    try {
      return GitReference.parse(whole)
          .orElseThrow(
              () ->
                  new FetchException(
                      "not a Git URL such as https://host/project.git#branch:directory: " + url));
    } catch (IllegalArgumentException e) {
      throw new FetchException(url + ": " + e.getMessage());
    }
  }

  private Descriptor spool(InputStream body, Path spool) throws IOException {
    Digester digester = new Digester();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileChannel out =
        FileChannel.open(spool, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        digester.update(buffer, 0, count);
        if (digester.size() > limits.bytesMax()) {
          throw new ContextTooLargeException(limits.bytesMax());
        }
        write(out, ByteBuffer.wrap(buffer, 0, count));
      }
      out.force(true);
    }
    ArchiveFormat format = ArchiveFormat.ofContext(spool);
    return new Descriptor(format.mediaType(), digester.finish(), digester.size());
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /**
   * A context that somebody knows by its digest alone; empty where the registry does not have it.
   */
  public Optional<BuildContext> describe(String digest) throws IOException {
    OptionalLong size = patient.blobSize(REPOSITORY, Digest.parse(digest));
    return size.isPresent() && size.getAsLong() >= 0
        ? Optional.of(new BuildContext(digest, size.getAsLong(), "application/octet-stream"))
        : Optional.empty();
  }

  /**
   * Opens a context for reading; it stays readable until closed, whatever happens to its copy.
   *
   * @throws InvalidContextException when it is no archive, hostile or too large
   * @throws dev.gantry.oci.registry.RegistryException when the registry does not have it
   */
  public ContextArchive open(BuildContext context) throws IOException {
    Digest digest = Digest.parse(context.digest());
    if (context.size() > limits.bytesMax()) {
      throw new ContextTooLargeException(limits.bytesMax());
    }
    Path copy = copy(digest);
    if (!Files.exists(copy)) {
      fetch(new Descriptor(context.mediaType(), digest, context.size()), copy);
    }
    ArchiveFormat format = ArchiveFormat.ofContext(copy);
    if (format != ArchiveFormat.TAR) {
      try (InputStream tar = format.plain(Files.newInputStream(copy))) {
        return ContextArchive.read(tar, temporary(), limits);
      }
    }
    FileChannel tar = FileChannel.open(copy, StandardOpenOption.READ);
    try {
      return new ContextArchive(tar, TarIndexer.index(tar, limits));
    } catch (IOException | RuntimeException e) {
      tar.close();
      throw e;
    }
  }

  private void fetch(Descriptor blob, Path copy) throws IOException {
    Path temporary = temporary();
    try (InputStream in = patient.blob(REPOSITORY, blob)) {
      Files.copy(in, temporary);
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Removes this host's copy of a context; the registry keeps it. */
  public void release(BuildContext context) throws IOException {
    try {
      Files.delete(copy(Digest.parse(context.digest())));
    } catch (NoSuchFileException gone) {
      // Another build had the same context.
    }
  }

  private Path copy(Digest digest) {
    return directory.resolve(digest.hex());
  }

  private Path temporary() {
    return directory.resolve("tmp-" + UUID.randomUUID());
  }
}
