package dev.gantry.cli.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A body of {@code multipart/form-data} (RFC 7578) of known length; files are sent as read. */
final class FormBody {
  private final String boundary = "gantry-" + UUID.randomUUID();
  private final List<BodyPublisher> pieces = new ArrayList<>();

  /** Adds bytes; the media type is what they are. */
  FormBody add(String name, String mediaType, byte[] content) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    piece.writeBytes(header(name, mediaType));
    piece.writeBytes(content);
    piece.writeBytes(bytes("\r\n"));
    pieces.add(BodyPublishers.ofByteArray(piece.toByteArray()));
    return this;
  }

  /** Adds a file, which is read when it is sent. */
  FormBody add(String name, String mediaType, Path file) throws IOException {
    pieces.add(BodyPublishers.ofByteArray(header(name, mediaType)));
    pieces.add(BodyPublishers.ofFile(file));
    pieces.add(BodyPublishers.ofByteArray(bytes("\r\n")));
    return this;
  }

  private byte[] header(String name, String mediaType) {
    return bytes(
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\""
            + name
            + "\"\r\nContent-Type: "
            + mediaType
            + "\r\n\r\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  String mediaType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** All of it; may be asked for again, to send it again. */
  BodyPublisher publisher() {
    List<BodyPublisher> all = new ArrayList<>(pieces);
    all.add(BodyPublishers.ofByteArray(bytes("--" + boundary + "--\r\n")));
    return BodyPublishers.concat(all.toArray(new BodyPublisher[0]));
  }
}
