package dev.gantry.oci.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** A blob as it comes; when the connection breaks it goes on where it was (RFC 9110, 14.2). */
final class ResumingBlob extends InputStream {
  private static final int PARTIAL_CONTENT = 206;

  private final RegistryHttp http;
  private final URI uri;
  private final long size;
  private @Nullable InputStream body;
  private long position;
  private int failures;

  /** Opens it: an error answer to the first request is thrown here. */
  ResumingBlob(RegistryHttp http, URI uri, long size) throws IOException {
    this.http = http;
    this.uri = uri;
    this.size = size;
    this.body = http.retrying(this::open);
  }

  private InputStream open() throws IOException {
    HttpRequest.Builder request = http.request(uri).GET();
    if (position > 0) {
      request.header("Range", "bytes=" + position + "-");
    }
    HttpResponse<InputStream> response = http.send(request.build());
    InputStream opened = response.body();
    if (position > 0 && response.statusCode() != PARTIAL_CONTENT) {
      // This registry knows no ranges: what was read already comes again.
      opened.skipNBytes(position);
    } else if (position > 0 && !startsAtPosition(response)) {
      opened.close();
      throw new IOException("a registry answered with another range than was asked for");
    }
    return opened;
  }

  private boolean startsAtPosition(HttpResponse<InputStream> response) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return range.startsWith("bytes " + position + "-");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      try {
        int count = readOnce(into, offset, length);
        failures = 0;
        position += Math.max(count, 0);
        return count;
      } catch (IOException e) {
        close();
        failures++;
        if (failures >= http.triesMax() || !RegistryHttp.isWorthAnotherTry(e)) {
          throw e;
        }
        http.pause(failures);
      }
    }
  }

  private int readOnce(byte[] into, int offset, int length) throws IOException {
    InputStream current = body;
    if (current == null) {
      current = open();
      body = current;
    }
    int count = current.read(into, offset, length);
    if (count == -1 && position < size) {
      throw new IOException("the body ended after " + position + " of " + size + " bytes");
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    InputStream current = body;
    body = null;
    if (current != null) {
      current.close();
    }
  }
}
