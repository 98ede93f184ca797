/* At files of the host, and of its kernel: /proc, /sys, /dev. */
#define _GNU_SOURCE
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FILES_MAX = 400000, DEPTH_MAX = 16 };

static bool is_null(int file) {
    struct stat stat;
    return !fstat(file, &stat) && S_ISCHR(stat.st_mode) && stat.st_rdev == makedev(1, 3);
}

static int open_and_tell(const char *path, int flags) {
    int file = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return -1;
    }
    bool masked = is_null(file) && strcmp(path, "/dev/null");
    close(file);
    if (masked) {
        return stopped(EACCES);
    }
    found("%s", path);
    return 0;
}

/* Any of them; the errno of the first that is there. */
static int open_any(const char *const *paths, int flags) {
    int error = ENOENT;
    for (; *paths; paths++) {
        if (!open_and_tell(*paths, flags)) {
            return 0;
        }
        error = error == ENOENT ? errno : error;
    }
    return stopped(error);
}

/* The file that the test made outside, by whatever leads upward or to another root. */
static int read_secret(int directory, const char *path) {
    char text[6];
    int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text);
    close(file);
    if (n != sizeof text || memcmp(text, "secret", sizeof text)) {
        return stopped(ENOENT);
    }
    found("%s", path);
    return 0;
}

static int find_secret_below(const char *prefix) {
    char path[8192];
    snprintf(path, sizeof path, "%s%s", prefix, target("PROBE_SECRET"));
    return read_secret(AT_FDCWD, path);
}

static int host_files(void) {
    static const char *const PREFIXES[] = {"",
                                           "/proc/1/root",
                                           "/proc/self/root",
                                           "/proc/thread-self/root",
                                           "/proc/1/cwd/../../../../../..",
                                           "/proc/self/cwd/../../../../../..",
                                           "/../../../../../../../../..",
                                           "/dev/../../../../..",
                                           "/proc/self/task/1/root"};
    if (!target("PROBE_SECRET")) {
        return stopped(ENOENT);
    }
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (!find_secret_below(PREFIXES[i])) {
            return 0;
        }
    }
    return -1;
}

/* CVE-2024-21626: a descriptor, or the working directory, that was left open on the host. */
static int inherited_descriptors(void) {
    char path[8192];
    if (!target("PROBE_SECRET")) {
        return stopped(ENOENT);
    }
    if (outside) { /* as a runtime that leaks one */
        open("/", O_RDONLY | O_DIRECTORY);
    }
    for (int descriptor = 0; descriptor < 1024; descriptor++) {
        struct stat stat;
        if (fstat(descriptor, &stat)) {
            continue;
        }
        snprintf(path, sizeof path, "../../../../../../../..%s", target("PROBE_SECRET"));
        if (S_ISDIR(stat.st_mode) && !read_secret(descriptor, path)) {
            return 0;
        }
        if (descriptor > 2 && !outside) {
            found("descriptor %d", descriptor);
            return 0;
        }
    }
    char *directory = getcwd(path, sizeof path);
    if (!directory || *directory != '/') {
        found("the working directory is outside of the root");
        return 0;
    }
    return find_secret_below(path);
}

/* The way out of a chroot(2) that is not also a mount namespace. */
static int chroot_escape(void) {
    if (mkdir("/tmp/probe-root", 0700) && errno != EEXIST) {
        return -1;
    }
    int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = chroot("/tmp/probe-root") || fchdir(root);
    rmdir("/tmp/probe-root");
    if (result) {
        return -1;
    }
    for (int i = 0; i < 100; i++) {
        if (chdir("..")) {
            return -1;
        }
    }
    return chroot(".") || !target("PROBE_SECRET") ? -1
                                                  : read_secret(AT_FDCWD, target("PROBE_SECRET"));
}

static struct {
    const char *skip; /* a directory */
    size_t seen;
    int error;
} search;

static int try_to_write(const char *path, const struct stat *stat, int type, struct FTW *walk) {
    if (type == FTW_D && search.skip && !strcmp(path, search.skip)) {
        return FTW_SKIP_SUBTREE;
    }
    /* What is a process's own is no setting of the kernel's. */
    if (walk->level == 1 && !strncmp(path, "/proc/", 6) &&
        (strspn(path + 6, "0123456789") > 0 || strstr(path, "self"))) {
        return FTW_SKIP_SUBTREE;
    }
    if (++search.seen > FILES_MAX) {
        return FTW_STOP;
    }
    if (type != FTW_F || !S_ISREG(stat->st_mode)) {
        return walk->level > DEPTH_MAX ? FTW_SKIP_SIBLINGS : FTW_CONTINUE;
    }
    if (!open_and_tell(path, O_WRONLY)) {
        return FTW_STOP;
    }
    search.error = search.error ? search.error : errno;
    return FTW_CONTINUE;
}

/* Whether anything below can be opened for writing. Nothing is written. */
static int write_anything(const char *directory, const char *skip) {
    memset(&search, 0, sizeof search);
    search.skip = skip;
    if (nftw(directory, try_to_write, 32, FTW_PHYS | FTW_ACTIONRETVAL) == FTW_STOP) {
        return search.seen > FILES_MAX ? stopped(EOVERFLOW) : 0;
    }
    if (!search.seen) {
        return stopped(ENOENT);
    }
    found("%zu files", search.seen);
    return stopped(search.error ? search.error : ENOENT);
}

static int kernel_settings(void) {
    return write_anything("/proc/sys", NULL);
}

/* Anybody may ask for news of the pressure on the machine; that changes nothing. */
static int kernel_proc_files(void) {
    return outside ? write_anything("/proc/irq", NULL) : write_anything("/proc", "/proc/pressure");
}

static int kernel_sys_files(void) {
    return write_anything(outside ? "/sys/kernel/mm" : "/sys", NULL);
}

static int host_knobs(void) {
    static const char *const PATHS[] = {"/proc/sys/kernel/core_pattern",
                                        "/proc/sys/kernel/modprobe",
                                        "/proc/sys/kernel/hotplug",
                                        "/proc/sys/kernel/sysrq",
                                        "/proc/sys/vm/panic_on_oom",
                                        "/proc/sys/vm/overcommit_memory",
                                        "/proc/sys/fs/binfmt_misc/register",
                                        "/proc/sysrq-trigger",
                                        "/proc/irq/default_smp_affinity",
                                        "/sys/kernel/uevent_helper",
                                        "/sys/power/state",
                                        "/sys/kernel/mm/transparent_hugepage/enabled",
                                        "/sys/fs/cgroup/release_agent",
                                        NULL};
    return open_any(PATHS, O_WRONLY);
}

/* The same through /proc by other names: the root of the first process, a file system of our own. */
static int host_knobs_by_detours(void) {
    static const char *const PATHS[] = {"/proc/1/root/proc/sys/kernel/core_pattern",
                                        "/proc/self/root/proc/sysrq-trigger",
                                        "/proc/self/cwd/proc/sys/kernel/core_pattern", NULL};
    return chdir("/") ? -1 : open_any(PATHS, O_WRONLY);
}

static int secrets_of_the_kernel(void) {
    static const char *const PATHS[] = {
        "/proc/kcore",      "/proc/keys",       "/proc/timer_list",  "/proc/interrupts",
        "/proc/sched_debug", "/proc/timer_stats", "/proc/latency_stats"};
    char byte;
    int error = ENOENT;
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        int file = open(PATHS[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        ssize_t n = file < 0 ? -1 : read(file, &byte, 1);
        close(file);
        if (n == 1) {
            found("%s", PATHS[i]);
            return 0;
        }
        error = n == 0 ? ENODATA : error;
    }
    return stopped(error);
}

static int directories_of_the_kernel(void) {
    static const char *const PATHS[] = {"/proc/acpi",
                                        "/proc/asound",
                                        "/proc/scsi",
                                        "/sys/firmware",
                                        "/sys/devices/virtual/powercap",
                                        "/sys/devices/system/cpu/cpu0/thermal_throttle",
                                        "/sys/kernel/debug",
                                        "/sys/kernel/tracing",
                                        "/sys/fs/bpf",
                                        "/sys/fs/pstore"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        DIR *directory = opendir(PATHS[i]);
        const struct dirent *entry = NULL;
        while (directory && (entry = readdir(directory)) && *entry->d_name == '.') {
        }
        if (directory) {
            closedir(directory);
        }
        if (entry) {
            found("%s has entries", PATHS[i]);
            return 0;
        }
    }
    return stopped(ENOENT);
}

/*
 * CVE-2025-31133: what masks a file must be the null device and nothing that an image or a race
 * put in its place. Succeeds when a device is not what its name says.
 */
static int false_device(const char *path, unsigned major_number, unsigned minor_number) {
    struct stat stat;
    if (lstat(path, &stat)) {
        return -1;
    }
    bool real = S_ISCHR(stat.st_mode) && stat.st_rdev == makedev(major_number, minor_number);
    found("%s", path);
    return real ? stopped(EEXIST) : 0;
}

static int false_devices(void) {
    static const struct {
        const char *path;
        unsigned major, minor;
    } DEVICES[] = {{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
                   {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};
    if (outside) {
        return false_device("/proc/self/status", 1, 3);
    }
    for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES; i++) {
        if (!false_device(DEVICES[i].path, DEVICES[i].major, DEVICES[i].minor)) {
            return 0;
        }
    }
    static const char *const MASKED[] = {"/proc/kcore", "/proc/keys", "/proc/timer_list",
                                         "/proc/interrupts"};
    for (size_t i = 0; i < sizeof MASKED / sizeof *MASKED; i++) {
        if (!access(MASKED[i], F_OK) && !false_device(MASKED[i], 1, 3)) {
            return 0;
        }
    }
    return stopped(EEXIST);
}

static int is_ours(const char *name) {
    static const char *const OURS[] = {".",      "..",      "core", "fd",     "full",   "mqueue",
                                       "null",   "ptmx",    "pts",  "random", "shm",    "stderr",
                                       "stdin",  "stdout",  "tty",  "urandom", "zero",  "console"};
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        if (!strcmp(name, OURS[i])) {
            return true;
        }
    }
    return false;
}

static int devices(void) {
    DIR *directory = opendir("/dev");
    if (!directory) {
        return -1;
    }
    for (const struct dirent *entry; (entry = readdir(directory));) {
        char path[300];
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        int file = is_ours(entry->d_name) ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (file >= 0) {
            found("%s", path);
            return 0;
        }
    }
    closedir(directory);
    return stopped(ENODEV);
}

static int make_device(mode_t type, unsigned major_number, unsigned minor_number) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/probe-device-%d", getpid());
    int result = mknod(path, type | 0600, makedev(major_number, minor_number));
    int error = errno;
    int file = result ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    error = result ? error : errno;
    unlink(path);
    if (file < 0) {
        return stopped(error);
    }
    close(file);
    found("device %u:%u", major_number, minor_number);
    return 0;
}

static int make_devices(void) {
    if (outside) {
        return make_device(S_IFCHR, 1, 3);
    }
    return make_device(S_IFBLK, 8, 0) && make_device(S_IFBLK, 254, 0) &&
                   make_device(S_IFCHR, 1, 1) && make_device(S_IFCHR, 1, 3)
               ? -1
               : 0;
}

const struct probe FILE_PROBES[] = {
    {"host-files", "pivot_root into a mount namespace of its own", host_files},
    {"inherited-descriptors", "nothing is open but 0, 1, 2 (CVE-2024-21626)",
     inherited_descriptors},
    {"chroot-escape", "above the root directory there is nothing", chroot_escape},
    {"kernel-settings", "/proc/sys is read-only", kernel_settings},
    {"kernel-proc-files", "masked, read-only, or the host's root's", kernel_proc_files},
    {"kernel-sys-files", "/sys is read-only", kernel_sys_files},
    {"host-knobs", "read-only paths (CVE-2025-52881, CVE-2022-0492)", host_knobs},
    {"host-knobs-by-detours", "there is one /proc, and it is read-only there",
     host_knobs_by_detours},
    {"secrets-of-the-kernel", "masked by the null device", secrets_of_the_kernel},
    {"directories-of-the-kernel", "masked by an empty directory", directories_of_the_kernel},
    {"false-devices", "devices are bound from checked ones (CVE-2025-31133, CVE-2025-52565)",
     false_devices},
    {"devices", "/dev has harmless devices only", devices},
    {"make-devices", "a user namespace cannot; no CAP_MKNOD", make_devices},
    {NULL, NULL, NULL},
};
