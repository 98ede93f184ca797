/* What is bound into the sandbox from outside, as detached mounts. */
#define _GNU_SOURCE
#include "shim.h"

#include "kernel.h"
#include <errno.h>

/*
 * A path beneath a directory is resolved by the kernel and used by descriptor: whoever can write
 * there cannot lead us out by a link, nor exchange what was found before it is mounted.
 */
static int find_beneath(const struct mount_spec *volume) {
    int root = open(volume->source, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        return failed(volume->source);
    }
    int found = open_beneath(root, volume->beneath, O_PATH);
    int error = errno;
    close(root);
    errno = error;
    return found < 0 ? failed(volume->beneath) : found;
}

static int copy_source(const struct mount_spec *volume) {
    if (!volume->beneath || !*volume->beneath) {
        return clone_mount(AT_FDCWD, volume->source, AT_RECURSIVE);
    }
    int found = find_beneath(volume);
    if (found < 0) {
        return -1;
    }
    int copy = clone_mount(found, "", AT_EMPTY_PATH | AT_RECURSIVE);
    int error = errno;
    close(found);
    errno = error;
    return copy;
}

/* A copy of what is to be bound, with all mounts below it, as the sandbox may use it. */
int open_volume(struct shim *shim, const struct mount_spec *volume) {
    uint64_t attributes = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID;
    if (volume->read_only) {
        attributes |= MOUNT_ATTR_RDONLY;
    }
    int copy = copy_source(volume);
    if (copy < 0 || set_mount(copy, attributes, true) ||
        (volume->id_mapped && map_mount(copy, shim->user_namespace))) {
        return failed(volume->source);
    }
    return copy;
}
