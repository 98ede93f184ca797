package dev.gantry.events;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run may read and write of a block device.
 *
 * @param device of the host, as {@code /dev/vda}
 * @param readBps bytes a second
 * @param writeBps bytes a second
 * @param readIops operations a second
 * @param writeIops operations a second
 */
public record IoLimit(
    String device,
    @Nullable Long readBps,
    @Nullable Long writeBps,
    @Nullable Long readIops,
    @Nullable Long writeIops) {
  private static final Pattern DEVICE = Pattern.compile("/dev/[a-zA-Z0-9_-]+(/[a-zA-Z0-9_-]+)*");

  static Parsed<IoLimit> parse(Fields fields) {
    String device = fields.required("device", IoLimit::device, "");
    Long readBps = fields.byteSize("readBps", 1);
    Long writeBps = fields.byteSize("writeBps", 1);
    Long readIops = fields.wholeNumber("readIops", 1);
    Long writeIops = fields.wholeNumber("writeIops", 1);
    if (readBps == null && writeBps == null && readIops == null && writeIops == null) {
      fields.refuse(
          "",
          ReasonCode.MISSING_FIELD,
          "must have one of readBps, writeBps, readIops and writeIops");
    }
    return fields.finish(() -> new IoLimit(device, readBps, writeBps, readIops, writeIops));
  }

  private static Parsed<String> device(String text) {
    return text.length() <= 255 && DEVICE.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not a device: /dev/...");
  }
}
