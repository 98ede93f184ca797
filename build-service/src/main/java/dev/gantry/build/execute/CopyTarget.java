package dev.gantry.build.execute;

import dev.gantry.linux.file.DirFd;
import org.jspecify.annotations.Nullable;

/**
 * Where a COPY or an ADD writes.
 *
 * @param owner who was asked for; absent: nobody was
 * @param destination as written, absolute
 * @param directory whether it must be a directory
 */
record CopyTarget(
    DirFd root,
    Copier copier,
    @Nullable Owner owner,
    String destination,
    boolean directory,
    Cancellation cancellation) {}
