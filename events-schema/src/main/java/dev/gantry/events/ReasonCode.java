package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import java.util.Locale;

/**
 * Why something was refused, failed or ended: one list for events, dead letters and HTTP. The names
 * are part of the contract; the HTTP status is what a service answers when a request over HTTP ends
 * for this reason.
 */
public enum ReasonCode {
  // How a run ended.
  COMPLETED(200),
  FAILED(200),
  SIGNALLED(200),
  STOPPED(200),
  OOM_KILLED(200),
  COMMAND_NOT_FOUND(200),
  COMMAND_NOT_EXECUTABLE(200),
  HOST_LOST(200),
  TTL_EXPIRED(200),
  RESTART_REQUESTED(200),

  // What is wrong with a request.
  MISSING_FIELD(400),
  UNKNOWN_FIELD(400),
  INVALID_FIELD(400),
  INVALID_JSON(400),
  INVALID_PARAMETER(400),
  PAYLOAD_TOO_LARGE(413),
  UNSUPPORTED_MEDIA_TYPE(415),
  /** The host's configuration does not permit it. */
  FORBIDDEN(403),
  /** The host's kernel cannot do it. */
  UNSUPPORTED(422),
  /** The same Idempotency-Key came with another request before. */
  KEY_REUSED(422),
  RANGE_INVALID(416),
  UPLOAD_NOT_FOUND(404),

  // What is wrong with a record on the bus.
  INVALID_CLOUD_EVENT(400),
  UNKNOWN_EVENT_TYPE(400),
  INVALID_DATA(400),

  // What a request names.
  NOT_FOUND(404),
  METHOD_NOT_ALLOWED(405),
  NOT_ACCEPTABLE(406),
  RUN_NOT_FOUND(404),
  BUILD_NOT_FOUND(404),
  RUN_AMBIGUOUS(409),
  BUILD_AMBIGUOUS(409),
  NAME_TAKEN(409),
  PORT_TAKEN(409),
  RUN_IS_RUNNING(409),
  RUN_NOT_RUNNING(409),
  RUN_IS_PAUSED(409),
  RUN_NOT_PAUSED(409),
  EXEC_FAILED(422),
  PATH_NOT_FOUND(404),
  VOLUME_NOT_FOUND(404),
  VOLUME_IN_USE(409),
  NETWORK_NOT_FOUND(404),
  NETWORK_IN_USE(409),
  SUBNET_TAKEN(409),
  ADDRESS_TAKEN(409),
  CONFLICT(409),
  CANCELLED(409),

  // Images.
  IMAGE_NOT_FOUND(404),
  IMAGE_INVALID(422),
  PULL_FAILED(502),
  PUSH_FAILED(502),
  PLATFORM_UNSUPPORTED(422),

  // Builds.
  CONTEXT_NOT_FOUND(422),
  CONTEXT_INVALID(422),
  DOCKERFILE_NOT_FOUND(422),
  DOCKERFILE_INVALID(422),
  UNSUPPORTED_INSTRUCTION(422),
  STEP_FAILED(422),

  // What the platform lacks.
  START_FAILED(500),
  HOST_FULL(503),
  QUEUE_FULL(503),
  HOST_DRAINING(503),
  STORAGE_FULL(507),
  TIMEOUT(504),
  UNAVAILABLE(503),
  INTERNAL(500),

  /** A reason that only a newer version knows. */
  @JsonEnumDefaultValue
  OTHER(500);

  private final int httpStatus;

  ReasonCode(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** The status of an HTTP answer that gives this reason. */
  public int httpStatus() {
    return httpStatus;
  }

  /** As in problem types: {@code PORT_TAKEN} is {@code port-taken}. */
  public String kebab() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
