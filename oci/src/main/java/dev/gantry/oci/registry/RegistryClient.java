package dev.gantry.oci.registry;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.Manifest;
import dev.gantry.oci.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A client of one registry (OCI distribution specification 1.1), without credentials. Thread-safe.
 *
 * <p>Every method throws {@link RegistryException} for an error answer and another {@link
 * IOException} when no answer came; requests that may be repeated are, a bounded number of times,
 * when the connection fails or the answer is 429, 500, 502, 503 or 504. An interrupt ends a call
 * with {@link java.io.InterruptedIOException}.
 */
public final class RegistryClient implements AutoCloseable {
  /** A client of the registry at {@code http://host:port}. */
  public RegistryClient(URI base) {
    this(base, RegistrySettings.DEFAULT);
  }

  /** A client of the registry at {@code http://host:port} with a patience of its own. */
  public RegistryClient(URI base, RegistrySettings settings) {}

  /**
   * Pulls a manifest or index by tag or digest. One asked for by digest is verified.
   *
   * @throws dev.gantry.oci.image.InvalidImageException when it is neither, or longer than 4 MiB
   */
  public Manifest manifest(String repository, String reference) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What a tag or digest stands for, without its content; empty when it is not there. */
  public Optional<Descriptor> findManifest(String repository, String reference) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The manifest for a platform, through an index if need be, and its config. */
  public ResolvedImage image(String repository, String reference, Platform platform)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Streams a blob. A broken connection is resumed where it broke; the end of the stream proves
   * size and digest ({@link dev.gantry.oci.content.VerifyingInputStream}).
   */
  public InputStream blob(String repository, Descriptor blob) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** A small blob as a whole, verified; more than {@code bytesMax} is refused. */
  public byte[] blobBytes(String repository, Descriptor blob, int bytesMax) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Whether the repository has the blob. */
  public boolean hasBlob(String repository, Digest digest) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Pushes a blob unless the repository has it; whether bytes were sent. */
  public boolean pushBlob(String repository, Descriptor blob, BlobSource source)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes a blob of another repository one of this; false when the registry cannot. */
  public boolean mountBlob(String repository, Digest digest, String from) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Pushes a manifest or index under a tag or its digest. */
  public Digest pushManifest(String repository, String reference, Manifest manifest)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Pushes an image: layers and config that the repository does not have, then the manifest.
   *
   * @param layers the lowest first, as many as the config has diff ids
   * @return the manifest's digest
   */
  public Digest pushImage(
      String repository, String reference, ImageConfig config, List<LayerBlob> layers)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Deletes a tag, or a manifest by its digest; whether it was there. */
  public boolean deleteManifest(String repository, String reference) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** All tags of a repository, in lexical order. */
  public List<String> tags(String repository) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {}
}
