package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is built, as docker reads it: a directory, a URL, an archive or a Dockerfile from standard
 * input; with a Dockerfile within it, elsewhere on this machine, or from standard input.
 *
 * @param context as typed
 * @param file the Dockerfile as typed; empty: Dockerfile
 */
record BuildInput(String context, String file) {
  private static final String STDIN = "-";
  private static final Pattern URL =
      Pattern.compile("(https?|git|ssh)://.*|git@[^/]+:.*|github\\.com/.*");
  private static final int DOCKERFILE_BYTES_MAX = 128 * 1024;
  private static final int TAR_BLOCK = 512;
  private static final int TAR_MAGIC = 257;

  /** Says in the request what it must know, and gives the archive to send, if there is one. */
  Optional<Path> prepare(ObjectNode request) throws IOException {
    if (URL.matcher(context).matches()) {
      String url = context.startsWith("github.com/") ? "https://" + context : context;
      request.putObject("context").put("git", url);
      dockerfile(request);
      return Optional.empty();
    }
    Path archive = Files.createTempFile("gantry-context", ".tar");
    boolean kept = false;
    try {
      kept = context.equals(STDIN) ? stdin(request, archive) : directory(request, archive);
    } finally {
      if (!kept) {
        Files.deleteIfExists(archive);
      }
    }
    return kept ? Optional.of(archive) : Optional.empty();
  }

  private void dockerfile(ObjectNode request) {
    if (!file.isEmpty()) {
      request.put("dockerfile", file);
    }
  }

  /** An archive, or nothing but a Dockerfile. */
  private boolean stdin(ObjectNode request, Path archive) throws IOException {
    if (file.equals(STDIN)) {
      throw new ApiException(0, "context and Dockerfile cannot both be standard input");
    }
    InputStream in = System.in;
    byte[] head = in.readNBytes(TAR_BLOCK);
    if (!isArchive(head)) {
      request.put("dockerfileText", text(head, in));
      return false;
    }
    dockerfile(request);
    try (var out = Files.newOutputStream(archive)) {
      out.write(head);
      in.transferTo(out);
    }
    return true;
  }

  private static boolean isArchive(byte[] head) {
    boolean gzip = head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b;
    boolean zstd = head.length > 3 && head[0] == 0x28 && head[1] == (byte) 0xb5;
    boolean tar =
        head.length == TAR_BLOCK
            && new String(head, TAR_MAGIC, 5, StandardCharsets.US_ASCII).equals("ustar");
    return gzip || zstd || tar;
  }

  private static String text(byte[] head, InputStream in) throws IOException {
    byte[] rest = in.readNBytes(DOCKERFILE_BYTES_MAX);
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(rest, 0, all, head.length, rest.length);
    return text(all, "standard input");
  }

  private static String text(byte[] bytes, String name) throws ApiException {
    if (bytes.length > DOCKERFILE_BYTES_MAX) {
      throw new ApiException(0, name + " is longer than " + DOCKERFILE_BYTES_MAX + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private boolean directory(ObjectNode request, Path archive) throws IOException {
    Path directory = Path.of(context);
    if (!Files.isDirectory(directory)) {
      throw new ApiException(0, "no such directory: " + context);
    }
    String inside = inside(directory);
    if (inside.isEmpty()) {
      request.put("dockerfileText", dockerfileText());
    } else {
      request.put("dockerfile", inside);
    }
    ContextArchive.write(directory, inside.isEmpty() ? "Dockerfile" : inside, archive);
    return true;
  }

  /** The Dockerfile's path in the context; empty when it is not within. */
  private String inside(Path directory) throws IOException {
    if (file.isEmpty()) {
      return "Dockerfile";
    }
    if (file.equals(STDIN)) {
      return "";
    }
    // As docker has it, a path of this machine; as it always was here, one in the context.
    if (!Files.isRegularFile(Path.of(file))) {
      return Path.of(file).normalize().toString();
    }
    Path real = Path.of(file).toRealPath();
    Path root = directory.toRealPath();
    return real.startsWith(root) ? root.relativize(real).toString() : "";
  }

  /** The Dockerfile's text, wherever it is. */
  String dockerfileText() throws IOException {
    if (file.equals(STDIN) || (context.equals(STDIN) && file.isEmpty())) {
      return text(System.in.readNBytes(DOCKERFILE_BYTES_MAX + 1), "standard input");
    }
    String name = file.isEmpty() ? "Dockerfile" : file;
    Path here = Path.of(name);
    Path path =
        !file.isEmpty() && Files.isRegularFile(here) ? here : Path.of(context).resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new ApiException(0, "no such file: " + path);
    }
    return text(Files.readAllBytes(path), path.toString());
  }
}
