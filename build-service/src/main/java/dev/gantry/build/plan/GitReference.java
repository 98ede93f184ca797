package dev.gantry.build.plan;

import org.jspecify.annotations.Nullable;

/**
 * A tree of a Git repository.
 *
 * @param remote what {@code git fetch} understands, without fragment and query
 * @param ref branch, tag or commit; absent: the remote's HEAD
 * @param subdirectory within the tree; absent: all of it
 * @param commit that the ref must be, whole or its beginning; absent: any
 * @param keepGitDir whether the source itself says that {@code .git} stays; absent: it does not say
 * @param submodules whether the source itself says that submodules are fetched; absent: they are
 */
public record GitReference(
    String remote,
    @Nullable String ref,
    @Nullable String subdirectory,
    @Nullable String commit,
    @Nullable Boolean keepGitDir,
    @Nullable Boolean submodules) {}
