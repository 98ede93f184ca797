package dev.gantry.build.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds, the newest first, and where there are older ones. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildList(List<BuildDocument> items, @Nullable String next) {}
