/* What the child's stages share; it lives between clone and exec. */
#pragma once
#include "shim.h"
#include <stdint.h>

struct identity {
    uint32_t uid, gid;
    uint32_t groups[256];
    size_t group_count;
    char home[256];
};

/*
 * The root directory, first the scaffold, then the sandbox's, and its proc and sysfs: beneath these
 * every path is resolved.
 */
struct roots {
    int root, proc, sys;
    int knobs; /* /proc/sys without the read-only mount on it */
};

enum { EXIT_SETUP = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

extern struct roots roots;
extern struct identity identity;

/* child.c: the exit code of a process that had to give up */
int exit_code(const struct report *report);

/* mounts.c */
int make_scaffold(struct shim *shim);
int attach_rootfs(struct shim *shim);
int furnish_rootfs(struct shim *shim);
int mount_proc(struct shim *shim);
int mount_sys(struct shim *shim);
int mount_volumes(struct shim *shim);
int mount_name_files(struct shim *shim);
int enter_root(struct shim *shim);

/* The directory or (file true) file at the path beneath the root, made when missing; O_PATH. */
int make_target(const char *path, bool file);
int make_mount(const char *type, const char *options, uint64_t attributes); /* detached */
int mount_new(const char *type, const char *options, uint64_t attributes, const char *target);

/* devices.c */
int mount_dev(struct shim *shim);
int mount_shm(struct shim *shim);

/* masks.c */
int set_kernel_knobs(struct shim *shim);
int set_asked_knobs(struct shim *shim);
int mask_paths(struct shim *shim);
int make_read_only(int mounted); /* a mount in its place */
int protect_root(struct shim *shim);

/* user.c */
int find_user(struct shim *shim);

/* limits.c */
int limit_resources(struct shim *shim);

/* streams.c */
int open_streams(struct shim *shim);

/* process.c */
int become_root(struct shim *shim);
int enter_cgroup_namespace(struct shim *shim);
int set_hostname(struct shim *shim);
int enter_workdir(struct shim *shim);
int drop_privileges(struct shim *shim);
int die_with_shim(struct shim *shim);
int filter_system_calls(struct shim *shim);
int execute(struct shim *shim);
