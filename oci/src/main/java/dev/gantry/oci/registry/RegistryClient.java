package dev.gantry.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.content.VerifyingInputStream;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.ImageIndex;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.Manifest;
import dev.gantry.oci.image.MediaTypes;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client of one registry (OCI distribution specification 1.1). Thread-safe.
 *
 * <p>Every method throws {@link RegistryException} for an error answer and another {@link
 * IOException} when no answer came; requests that may be repeated are, a bounded number of times,
 * when the connection fails or the answer is 429, 500, 502, 503 or 504. An interrupt ends a call
 * with {@link java.io.InterruptedIOException}. A malformed repository, tag or digest is an {@link
 * IllegalArgumentException}.
 */
public final class RegistryClient implements AutoCloseable {
  /** The specification's smallest limit, and what most registries take. */
  static final int MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

  private static final int CONFIG_BYTES_MAX = 8 * 1024 * 1024;
  private static final int TAG_PAGES_MAX = 1000;
  static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
  static final String MANIFEST_TYPES =
      String.join(
          ", ",
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_INDEX);
  private static final JsonMapper JSON = new JsonMapper();

  private final RegistryHttp http;
  private final @Nullable HeadRequests heads;
  private final BlobUpload upload;

  /** A client of the registry at {@code http://host:port}. */
  public RegistryClient(URI base) {
    this(base, RegistrySettings.DEFAULT);
  }

  /** A client of the registry at {@code http://host:port} with a patience of its own. */
  public RegistryClient(URI base, RegistrySettings settings) {
    this.http = new RegistryHttp(base, settings, Optional.empty());
    this.heads = new HeadRequests(base, settings);
    this.upload = new BlobUpload(http, true);
  }

  private RegistryClient(RegistryHttp http) {
    this.http = http;
    this.heads = null;
    this.upload = new BlobUpload(http, false);
  }

  /**
   * A client of a registry elsewhere, at {@code https://host[:port]} or without TLS, that shows who
   * it is when it is asked (Basic, or a token). It follows no redirects, so it pushes, and looks
   * what is there, but pulls from registries only that send their blobs themselves.
   *
   * @param credentials absent: nobody in particular
   */
  public static RegistryClient elsewhere(
      URI base, RegistrySettings settings, @Nullable RegistryCredentials credentials) {
    RegistryLogin login = new RegistryLogin(base, credentials);
    return new RegistryClient(new RegistryHttp(base, settings, Optional.of(login)));
  }

  /**
   * Pulls a manifest or index by tag or digest. One asked for by digest is verified.
   *
   * @throws InvalidImageException when it is neither, or longer than 4 MiB
   */
  public Manifest manifest(String repository, String reference) throws IOException {
    HttpRequest request =
        http.request(manifestPath(repository, reference))
            .header("Accept", MANIFEST_TYPES)
            .GET()
            .build();
    return http.retrying(() -> readManifest(http.send(request), reference));
  }

  private static Manifest readManifest(HttpResponse<InputStream> response, String reference)
      throws IOException {
    byte[] bytes;
    try (InputStream body = response.body()) {
      bytes = body.readNBytes(MANIFEST_BYTES_MAX + 1);
    }
    if (bytes.length > MANIFEST_BYTES_MAX) {
      throw new InvalidImageException("manifest", "longer than " + MANIFEST_BYTES_MAX + " bytes");
    }
    Optional<Digest> expected = Digest.tryParse(reference);
    if (expected.isPresent()) {
      Digest actual = Digest.of(expected.get().algorithm(), bytes);
      if (!actual.equals(expected.get())) {
        throw new DigestMismatchException(reference, actual.toString());
      }
    }
    return Manifest.parse(bytes, contentType(response));
  }

  static String contentType(HttpResponse<?> response) {
    return mediaType(response.headers().firstValue("Content-Type").orElse(""));
  }

  private static String mediaType(String type) {
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip();
  }

  /** What a tag or digest stands for, without its content; empty when it is not there. */
  public Optional<Descriptor> findManifest(String repository, String reference) throws IOException {
    Optional<Descriptor> found = findQuickly(repository, reference);
    if (found.isPresent()) {
      return found;
    }
    HttpRequest request =
        http.request(manifestPath(repository, reference))
            .header("Accept", MANIFEST_TYPES)
            .HEAD()
            .build();
    try {
      HttpResponse<InputStream> response = http.retrying(() -> http.sendDiscarding(request));
      var digest = response.headers().firstValue("Docker-Content-Digest");
      var size = response.headers().firstValueAsLong("Content-Length");
      Optional<Digest> named = digest.flatMap(Digest::tryParse);
      return named.isPresent() && size.isPresent()
          ? Optional.of(new Descriptor(contentType(response), named.get(), size.getAsLong()))
          : Optional.of(manifest(repository, reference).descriptor());
    } catch (RegistryException e) {
      return emptyWhenNotFound(e);
    }
  }

  /** Empty when the answer was not as plain as it mostly is. */
  private Optional<Descriptor> findQuickly(String repository, String reference) {
    if (heads == null) {
      return Optional.empty();
    }
    try {
      HeadRequests.Answer answer = heads.head(manifestPath(repository, reference), MANIFEST_TYPES);
      Map<String, String> headers = answer.headers();
      Optional<Digest> digest = Digest.tryParse(headers.getOrDefault("docker-content-digest", ""));
      String length = headers.getOrDefault("content-length", "");
      return answer.status() == 200 && digest.isPresent() && length.matches("\\d{1,9}")
          ? Optional.of(
              new Descriptor(
                  mediaType(headers.getOrDefault("content-type", "")),
                  digest.get(),
                  Long.parseLong(length)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static <T> Optional<T> emptyWhenNotFound(RegistryException e) throws RegistryException {
    if (e.isNotFound()) {
      return Optional.empty();
    }
    throw e;
  }

  /**
   * The manifest for a platform, through an index if need be, and its config.
   *
   * @throws InvalidImageException when there is none for the platform, or manifest and config do
   *     not fit together
   */
  public ResolvedImage image(String repository, String reference, Platform platform)
      throws IOException {
    ImageManifest manifest =
        switch (manifest(repository, reference)) {
          case ImageManifest single -> single;
          case ImageIndex index -> select(repository, index, platform);
        };
    if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
      throw new InvalidImageException("manifest", "not of an image that can be run");
    }
    ImageConfig config =
        ImageConfig.parse(blobBytes(repository, manifest.config(), CONFIG_BYTES_MAX));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new InvalidImageException("image config", "other layers than the manifest's");
    }
    if (!config.platform().os().equals(platform.os())
        || !config.platform().architecture().equals(platform.architecture())) {
      throw new InvalidImageException(
          "image config", "for " + config.platform() + ", not for " + platform);
    }
    return new ResolvedImage(manifest, config);
  }

  private ImageManifest select(String repository, ImageIndex index, Platform platform)
      throws IOException {
    Optional<Descriptor> fitting = index.select(platform);
    if (fitting.isPresent()
        && manifest(repository, fitting.get().digest().toString())
            instanceof ImageManifest manifest) {
      return manifest;
    }
    throw new InvalidImageException("index", "no image for " + platform);
  }

  /**
   * Streams a blob. A broken connection is resumed where it broke; the end of the stream proves
   * size and digest ({@link VerifyingInputStream}).
   */
  public InputStream blob(String repository, Descriptor blob) throws IOException {
    URI uri = http.resolve(blobPath(repository, blob.digest()));
    return new VerifyingInputStream(
        new ResumingBlob(http, uri, blob.size()), blob.digest(), blob.size());
  }

  /** A small blob as a whole, verified; more than {@code bytesMax} is refused. */
  public byte[] blobBytes(String repository, Descriptor blob, int bytesMax) throws IOException {
    if (blob.size() > bytesMax) {
      throw new IOException(blob.digest() + " has more than " + bytesMax + " bytes");
    }
    try (InputStream in = blob(repository, blob)) {
      return in.readAllBytes();
    }
  }

  /** Whether the repository has the blob. */
  public boolean hasBlob(String repository, Digest digest) throws IOException {
    return blobSize(repository, digest).isPresent();
  }

  /** How many bytes a blob has, -1 when the registry does not say; empty when it is not there. */
  public OptionalLong blobSize(String repository, Digest digest) throws IOException {
    HttpRequest request = http.request(blobPath(repository, digest)).HEAD().build();
    try {
      return OptionalLong.of(
          http.retrying(() -> http.sendDiscarding(request))
              .headers()
              .firstValueAsLong("Content-Length")
              .orElse(-1));
    } catch (RegistryException e) {
      return emptyWhenNotFound(e).isPresent() ? OptionalLong.of(-1) : OptionalLong.empty();
    }
  }

  /** Pushes a blob unless the repository has it; whether bytes were sent. */
  public boolean pushBlob(String repository, Descriptor blob, BlobSource source)
      throws IOException {
    if (hasBlob(repository, blob.digest())) {
      return false;
    }
    http.retrying(() -> upload.push(uploadsPath(repository), blob, source));
    return true;
  }

  /** Makes a blob of another repository one of this; false when the registry cannot. */
  public boolean mountBlob(String repository, Digest digest, String from) throws IOException {
    requireRepository(from);
    return http.retrying(() -> upload.mount(uploadsPath(repository), digest, from));
  }

  /** Pushes a manifest or index under a tag or its digest. */
  public Digest pushManifest(String repository, String reference, Manifest manifest)
      throws IOException {
    HttpRequest request =
        http.request(manifestPath(repository, reference))
            .header("Content-Type", manifest.mediaType())
            .PUT(BodyPublishers.ofByteArray(manifest.bytes()))
            .build();
    http.retrying(() -> http.sendDiscarding(request));
    return manifest.digest();
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
    if (layers.size() != config.diffIds().size()) {
      throw new IllegalArgumentException(
          layers.size() + " layers, but the config has " + config.diffIds().size());
    }
    Set<Digest> pushed = new HashSet<>();
    for (LayerBlob layer : layers) {
      if (pushed.add(layer.descriptor().digest())) {
        pushBlob(repository, layer.descriptor(), layer.source());
      }
    }
    byte[] configBytes = config.bytes();
    Descriptor configDescriptor = Descriptor.of(MediaTypes.OCI_CONFIG, configBytes);
    pushBlob(repository, configDescriptor, BlobSource.of(configBytes));
    List<Descriptor> descriptors = layers.stream().map(LayerBlob::descriptor).toList();
    ImageManifest manifest = ImageManifest.of(configDescriptor, descriptors, Map.of());
    return pushManifest(repository, reference, manifest);
  }

  /** Deletes a tag, or a manifest by its digest; whether it was there. */
  public boolean deleteManifest(String repository, String reference) throws IOException {
    HttpRequest request = http.request(manifestPath(repository, reference)).DELETE().build();
    try {
      http.retrying(() -> http.sendDiscarding(request));
      return true;
    } catch (RegistryException e) {
      return emptyWhenNotFound(e).isPresent();
    }
  }

  /** All tags of a repository, in lexical order. */
  public List<String> tags(String repository) throws IOException {
    List<String> tags = new ArrayList<>();
    Optional<URI> page = Optional.of(http.resolve(path(repository) + "tags/list?n=1000"));
    for (int pages = 0; page.isPresent() && pages < TAG_PAGES_MAX; pages++) {
      HttpRequest request = http.request(page.get()).GET().build();
      page = http.retrying(() -> readTags(http.send(request), tags));
    }
    return tags.stream().distinct().sorted().toList();
  }

  private Optional<URI> readTags(HttpResponse<InputStream> response, List<String> tags)
      throws IOException {
    try (InputStream body = response.body()) {
      for (JsonNode tag : JSON.readTree(body.readNBytes(MANIFEST_BYTES_MAX)).path("tags")) {
        tags.add(tag.asText());
      }
    }
    Matcher next = NEXT_PAGE.matcher(response.headers().firstValue("Link").orElse(""));
    return next.find() ? Optional.of(response.uri().resolve(next.group(1))) : Optional.empty();
  }

  private static void requireRepository(String repository) {
    if (!Reference.isRepository(repository)) {
      throw new IllegalArgumentException("not a repository: \"" + repository + "\"");
    }
  }

  static String path(String repository) {
    requireRepository(repository);
    return "/v2/" + repository + "/";
  }

  static String manifestPath(String repository, String reference) {
    if (!Reference.isTag(reference)) {
      Digest.parse(reference);
    }
    return path(repository) + "manifests/" + reference;
  }

  static String blobPath(String repository, Digest digest) {
    return path(repository) + "blobs/" + digest;
  }

  private static String uploadsPath(String repository) {
    return path(repository) + "blobs/uploads/";
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {
    if (heads != null) {
      heads.close();
    }
    http.close();
  }
}
