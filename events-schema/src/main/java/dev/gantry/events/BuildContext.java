package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a build: a blob in the repository {@code gantry/contexts} of the registry, or what
 * becomes one when the build begins.
 *
 * @param digest of the blob as stored, {@code sha256:…}; before it is stored, of the text that
 *     describes it
 * @param size in bytes, as that
 * @param mediaType what the blob is: a tar, plain or compressed, {@link #GIT} or {@link
 *     #DOCKERFILE}; empty: whoever has only the digest can ask the registry
 * @param git where the files are, {@code https://host/repository.git#ref:directory}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildContext(String digest, long size, String mediaType, @Nullable String git) {
  /** Not stored yet: a place in a Git repository. */
  public static final String GIT = "application/vnd.gantry.git-url";

  /** Not stored yet: nothing but the Dockerfile that the request holds. */
  public static final String DOCKERFILE = "text/x-dockerfile";

  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
  private static final Pattern MEDIA_TYPE = Pattern.compile("(?:[\\w.+-]{1,64}/[\\w.+-]{1,64})?");
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/?#]*@");
  private static final Pattern URL = Pattern.compile("[^\\p{Cntrl}\\s]{1,4096}");

  /** A blob that is stored. */
  public BuildContext(String digest, long size, String mediaType) {
    this(digest, size, mediaType, null);
  }

  /** What is in a Git repository when the build begins. */
  public static BuildContext ofGit(String url) {
    return new BuildContext(sha256(url), bytes(url).length, GIT, url);
  }

  /** No files but a Dockerfile with this text. */
  public static BuildContext ofDockerfile(String text) {
    return new BuildContext(sha256(text), bytes(text).length, DOCKERFILE);
  }

  /** Whether there is a blob to open. */
  public boolean stored() {
    return !mediaType.isEmpty() && !mediaType.equals(GIT) && !mediaType.equals(DOCKERFILE);
  }

  static Parsed<BuildContext> parse(Fields fields) {
    String url = fields.text("git", URL, "a URL");
    if (url != null && CREDENTIALS.matcher(url).find()) {
      fields.refuse("git", ReasonCode.INVALID_FIELD, "must not hold a user or a password");
    }
    String digest = fields.parsed("digest", text -> matching(text, DIGEST, "a digest"));
    Long size = fields.byteSize("size", 0);
    String mediaType =
        fields.parsed("mediaType", text -> matching(text, MEDIA_TYPE, "a media type"));
    if (digest == null && url == null) {
      fields.refuse("digest", ReasonCode.MISSING_FIELD, "is required");
    }
    if (digest != null && url != null && !digest.equals(ofGit(url).digest)) {
      fields.refuse("digest", ReasonCode.INVALID_FIELD, "must not be beside git");
    }
    if (url != null) {
      return fields.finish(() -> ofGit(url));
    }
    boolean described = size != null && mediaType != null && !mediaType.isEmpty();
    return fields.finish(
        () ->
            new BuildContext(
                digest == null ? "" : digest,
                described && size != null ? size : 0,
                described && mediaType != null ? mediaType : ""));
  }

  private static Parsed<String> matching(String text, Pattern form, String what) {
    return form.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not " + what);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return "sha256:" + HexFormat.of().formatHex(sha256.digest(bytes(text)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
