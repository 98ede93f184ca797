package dev.gantry.build.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * A pair of ENV, LABEL or ARG, quotes and variables not yet processed.
 *
 * @param name never empty
 * @param value absent for an ARG without default
 */
public record NameValue(String name, @Nullable String value) {}
