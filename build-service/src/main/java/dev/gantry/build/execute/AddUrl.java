package dev.gantry.build.execute;

import dev.gantry.build.context.ArchiveFormat;
import dev.gantry.build.fetch.Fetchers;
import dev.gantry.build.fetch.HttpFetcher;
import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Selection;
import dev.gantry.build.tree.SingleFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file by HTTP. What it depends on is its content: it is fetched to find out, unless a checksum
 * says so already.
 */
final class AddUrl implements CopyPart {
  private static final int MODE = 0600;
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final Map<String, String> ALGORITHMS =
      Map.of("sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

  private final Fetchers fetchers;
  private final URI url;
  private final Optional<String> checksum;
  private final boolean unpack;
  private final Cancellation cancellation;
  private HttpFetcher.@Nullable Fetched fetched;

  AddUrl(
      Fetchers fetchers,
      URI url,
      Optional<String> checksum,
      boolean unpack,
      Cancellation cancellation) {
    this.fetchers = fetchers;
    this.url = url;
    this.checksum = checksum;
    this.unpack = unpack;
    this.cancellation = cancellation;
  }

  @Override
  public void describe(Map<String, String> into, boolean owners) throws IOException {
    String digest =
        checksum.isPresent() ? checksum.get() : "sha256:" + digest("SHA-256", fetched().file());
    into.put(url.toString(), digest + (unpack ? " unpacked" : ""));
  }

  private HttpFetcher.Fetched fetched() throws IOException {
    HttpFetcher.Fetched known = fetched;
    if (known != null) {
      return known;
    }
    Path file = fetchers.temporary();
    try {
      HttpFetcher.Fetched now =
          Fetching.fetch(
              cancellation, lifeline -> fetchers.http().fetch(url.toString(), file, lifeline));
      if (checksum.isPresent()) {
        requireChecksum(checksum.get(), file);
      }
      fetched = now;
      return now;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private void requireChecksum(String wanted, Path file) throws IOException {
    String name = wanted.substring(0, Math.max(0, wanted.indexOf(':')));
    String algorithm = ALGORITHMS.get(name);
    if (algorithm == null) {
      throw new Copier.CopyRefusedException(
          "checksum " + wanted + " is neither sha256:…, sha384:… nor sha512:…");
    }
    String found = name + ":" + digest(algorithm, file);
    if (!found.equalsIgnoreCase(wanted)) {
      throw new Copier.CopyRefusedException(url + " has the checksum " + found + ", not " + wanted);
    }
  }

  private static String digest(String algorithm, Path file) throws IOException {
    MessageDigest hash;
    try {
      hash = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  @Override
  public void place(CopyTarget target) throws IOException {
    HttpFetcher.Fetched file = fetched();
    if (unpack) {
      Optional<InputStream> archive = ArchiveFormat.tar(() -> Files.newInputStream(file.file()));
      if (archive.isPresent()) {
        try (InputStream in = archive.get()) {
          AddArchive.unpack(in, url.toString(), target);
        }
        return;
      }
    }
    Node node =
        new Node(
            Node.Kind.FILE, MODE, 0, 0, file.size(), file.modified().orElse(Instant.EPOCH), "");
    Selection selection =
        new Selection(
            new SingleFile(file.name(), node, file.file()),
            file.name(),
            file.name(),
            node,
            List.of());
    target.copier().copy(selection, target.destination(), target.directory());
  }

  @Override
  public void close() throws IOException {
    if (fetched != null) {
      Files.deleteIfExists(fetched.file());
    }
  }
}
