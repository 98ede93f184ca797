package dev.gantry.cli.http;

import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON as the services speak it. */
public final class Json {
  /** Shared; never reconfigured. */
  public static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}
}
