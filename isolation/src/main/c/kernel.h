/* System calls that the C library does not wrap, and constants that its headers may lack. */
#pragma once
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static inline pid_t clone3(struct clone_args *args) {
    return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}

/* Opens a path beneath the root directory, as a process whose root it is would see it. */
static inline int open_in_root(int root, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | resolve};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* Opens a path that must not lead out of the directory, by links neither (EXDEV). */
static inline int open_beneath(int directory, const char *path, uint64_t flags) {
    struct open_how how = {.flags = flags | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/* A mount of its own of what the path names, not attached anywhere. */
static inline int clone_mount(int directory, const char *path, unsigned flags) {
    return open_tree(directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
}

static inline int attach_mount(int mount, int target) {
    return move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int set_mount(int mount, uint64_t attributes, int recursive) {
    struct mount_attr attr = {.attr_set = attributes};
    return mount_setattr(mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
                         sizeof attr);
}

static inline int map_mount(int mount, int user_namespace) {
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)user_namespace};
    return mount_setattr(mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof attr);
}

static inline int pivot_root(const char *new_root, const char *put_old) {
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}
