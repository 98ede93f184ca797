package dev.gantry.build.execute;

import java.io.IOException;
import java.util.Map;

/** Something that a COPY or an ADD brings. */
interface CopyPart extends AutoCloseable {
  /**
   * Says what the result depends on, by path or address.
   *
   * @param owners whether owners are kept
   */
  void describe(Map<String, String> into, boolean owners) throws IOException;

  /** Puts it in place. */
  void place(CopyTarget target) throws IOException;

  @Override
  default void close() throws IOException {}
}
