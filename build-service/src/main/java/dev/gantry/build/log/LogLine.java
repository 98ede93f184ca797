package dev.gantry.build.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A line of a build's log.
 *
 * @param time RFC 3339, UTC
 * @param stream {@code stdout} or {@code stderr} of a step, {@code build} for the builder itself
 * @param step the step's number; absent where it belongs to none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogLine(String time, String stream, @Nullable Integer step, String line) {}
