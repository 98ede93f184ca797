/* What a sandbox may not see or change of the kernel: the paths that Docker masks. */
#define _GNU_SOURCE
#include "child.h"

#include "kernel.h"
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

/* A setting below /proc/sys of the procfs that we mounted ourselves: nothing leads out of it. */
static int set_kernel_knob(const char *path, const char *value) {
    struct open_how how = {.flags = O_WRONLY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS |
                                      RESOLVE_NO_MAGICLINKS};
    struct statfs system;
    int file = (int)syscall(SYS_openat2, roots.knobs, path, &how, sizeof how);
    if (file < 0) {
        return failed(path);
    }
    ssize_t length = (ssize_t)strlen(value), n = -1;
    if (fstatfs(file, &system) || system.f_type != PROC_SUPER_MAGIC) {
        errno = EXDEV;
    } else {
        n = write(file, value, (size_t)length);
    }
    int error = n >= 0 && n != length ? EINVAL : errno;
    close(file);
    return n == length ? 0 : failed_as(error, path);
}

static int set_asked_knob(const char *setting) {
    char path[PATH_MAX];
    const char *space = strchr(setting, ' ');
    if (!space || space - setting >= (int)sizeof path) {
        return failed_as(EINVAL, setting);
    }
    snprintf(path, sizeof path, "%.*s", (int)(space - setting), setting);
    return set_kernel_knob(path, space + 1);
}

/* These belong to the sandbox's own network namespace. */
int set_kernel_knobs(struct shim *shim) {
    char range[32];
    if (shim->spec.host_network) {
        return 0;
    }
    snprintf(range, sizeof range, "0 %u", shim->spec.id_count - 1);
    return set_kernel_knob("net/ipv4/ping_group_range", range) ||
                   set_kernel_knob("net/ipv4/ip_unprivileged_port_start", "0")
               ? -1
               : 0;
}

/* What was asked for, of its own namespaces. */
int set_asked_knobs(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    for (size_t i = 0; i < spec->sysctl_count; i++) {
        if (spec->host_network && !strncmp(spec->sysctls[i], "net/", strlen("net/"))) {
            return failed_as(EPERM, spec->sysctls[i]);
        }
        if (set_asked_knob(spec->sysctls[i])) {
            return -1;
        }
    }
    return 0;
}

/* A file by the null device, a directory by an empty file system that stays so. */
static int cover(int target) {
    const uint64_t attributes =
        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    struct stat stat;
    if (fstatat(target, "", &stat, AT_EMPTY_PATH)) {
        return -1;
    }
    int cover = S_ISDIR(stat.st_mode) ? make_mount("tmpfs", "nr_inodes=1,nr_blocks=1", attributes)
                                      : clone_mount(roots.root, "dev/null", 0);
    int result = cover < 0 || attach_mount(cover, target) ? -1 : 0;
    int error = errno;
    close(cover);
    errno = error;
    return result;
}

/* Masks the path if it exists. */
static int mask(int directory, const char *path) {
    int target = open_in_root(directory, path, O_PATH, RESOLVE_NO_SYMLINKS);
    if (target < 0) {
        return errno == ENOENT ? 0 : failed(path);
    }
    int result = cover(target) ? failed(path) : 0;
    close(target);
    return result;
}

/* Before Linux 5.12, by a path: mount(2). What the mount had must be said again. */
static int remount_read_only(int mounted) {
    char path[32];
    struct statvfs had;
    int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (before < 0 || fstatvfs(mounted, &had) || fchdir(roots.proc)) {
        return -1;
    }
    unsigned long flags = had.f_flag & (ST_NOSUID | ST_NODEV | ST_NOEXEC);
    snprintf(path, sizeof path, "self/fd/%d", mounted);
    int result = mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL);
    int error = errno;
    int back = fchdir(before);
    close(before);
    errno = back ? errno : error;
    return result || back ? -1 : 0;
}

int make_read_only(int mounted) {
    if (!set_mount(mounted, MOUNT_ATTR_RDONLY, false)) {
        return 0;
    }
    return errno == ENOSYS ? remount_read_only(mounted) : -1;
}

static int protect(int directory, const char *path) {
    int copy = openat(directory, path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (copy < 0) {
        return errno == ENOENT ? 0 : failed(path);
    }
    close(copy);
    copy = clone_mount(directory, path, AT_SYMLINK_NOFOLLOW); /* nothing is mounted below */
    int target = open_in_root(directory, path, O_PATH, RESOLVE_NO_SYMLINKS);
    int result = copy < 0 || target < 0 || attach_mount(copy, target) || make_read_only(copy)
                     ? failed(path)
                     : 0;
    close(copy);
    close(target);
    return result;
}

static int mask_processors(void) {
    char path[64];
    for (unsigned cpu = 0; cpu < 4096; cpu++) {
        snprintf(path, sizeof path, "devices/system/cpu/cpu%u", cpu);
        int directory = openat(roots.sys, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) {
            return 0;
        }
        int result = mask(directory, "thermal_throttle");
        close(directory);
        if (result) {
            return -1;
        }
    }
    return 0;
}

int mask_paths(struct shim *shim) {
    static const char *const PROC[] = {"asound",      "acpi",          "interrupts", "kcore",
                                       "keys",        "latency_stats", "timer_list", "timer_stats",
                                       "sched_debug", "scsi"};
    static const char *const PROC_READ_ONLY[] = {"bus", "fs", "irq", "sys", "sysrq-trigger"};
    static const char *const SYS[] = {"firmware", "devices/virtual/powercap"};
    (void)shim;
    for (size_t i = 0; i < COUNT(PROC); i++) {
        if (mask(roots.proc, PROC[i])) {
            return -1;
        }
    }
    for (size_t i = 0; i < COUNT(SYS); i++) {
        if (mask(roots.sys, SYS[i])) {
            return -1;
        }
    }
    for (size_t i = 0; i < COUNT(PROC_READ_ONLY); i++) {
        if (protect(roots.proc, PROC_READ_ONLY[i])) {
            return -1;
        }
    }
    return mask_processors();
}

/* Last, when all that the sandbox needs in its root has been made. */
int protect_root(struct shim *shim) {
    return shim->spec.read_only_root ? make_read_only(roots.root) : 0;
}
