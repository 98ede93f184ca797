package dev.gantry.image.mirror;

import dev.gantry.image.blob.ByteRange;
import java.io.InputStream;
import java.util.OptionalLong;

/** What a client that asks for a blob is to get. */
sealed interface BlobPull {
  /** What the repository has; as it always is. */
  record Here() implements BlobPull {}

  /** That there is such a blob, and its size if that is known. */
  record There(OptionalLong size) implements BlobPull {}

  /**
   * What is on its way.
   *
   * @param content to be closed; ends in an exception when it turns out to be wrong
   * @param size of the whole, if it is known
   * @param range which part of it this is
   */
  record Coming(InputStream content, OptionalLong size, ByteRange range) implements BlobPull {}

  /** Nothing. */
  record Nothing(Failure why) implements BlobPull {}
}
