package dev.gantry.build.service;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A body of multipart/form-data, written by hand. */
final class Form {
  static final String TYPE = "multipart/form-data; boundary=\"b o\"";
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Form part(String name, byte[] content) {
    text("--b o\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n");
    out.writeBytes(content);
    text("\r\n");
    return this;
  }

  Form part(String name, String content) {
    return part(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private void text(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    text("--b o--\r\n");
    return out.toByteArray();
  }
}
