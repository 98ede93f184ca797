/* /dev. A user namespace cannot make device nodes, so the host's harmless ones are bound in. */
#define _GNU_SOURCE
#include "child.h"

#include "kernel.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct device {
    const char *name;
    unsigned major, minor;
};

/* A file that somebody put where a device should be would be the host's, and masks are made of it. */
static int check_device(int mount, const struct device *device) {
    struct stat stat;
    if (fstat(mount, &stat)) {
        return -1;
    }
    bool real = S_ISCHR(stat.st_mode) && stat.st_rdev == makedev(device->major, device->minor);
    return real ? 0 : failed_as(ENODEV, device->name);
}

static int bind_device(const struct device *device) {
    char path[32];
    snprintf(path, sizeof path, "/dev/%s", device->name);
    int mount = clone_mount(AT_FDCWD, path, 0);
    int target = mount < 0 || check_device(mount, device) ? -1 : make_target(path, true);
    if (target < 0 || attach_mount(mount, target)) {
        return failed(path);
    }
    close(target);
    return close(mount);
}

static int make_links(void) {
    static const char *const LINKS[][2] = {
        {"/proc/self/fd", "dev/fd"},       {"/proc/self/fd/0", "dev/stdin"},
        {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"},
        {"/proc/kcore", "dev/core"},       {"pts/ptmx", "dev/ptmx"},
    };
    for (size_t i = 0; i < COUNT(LINKS); i++) {
        if (symlinkat(LINKS[i][0], roots.root, LINKS[i][1])) {
            return failed(LINKS[i][1]);
        }
    }
    return 0;
}

int mount_dev(struct shim *shim) {
    static const struct device DEVICES[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                                            {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
    const uint64_t plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    (void)shim;
    /* A link would lead /dev, and what is made in it, elsewhere. */
    if (mkdirat(roots.root, "dev", 0755) && errno != EEXIST) {
        return failed("/dev");
    }
    int dev = open_in_root(roots.root, "dev", O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
    if (dev < 0 || close(dev) ||
        mount_new("tmpfs", "mode=755,size=64k", MOUNT_ATTR_NOSUID, "/dev")) {
        return failed("/dev");
    }
    for (size_t i = 0; i < COUNT(DEVICES); i++) {
        if (bind_device(&DEVICES[i])) {
            return -1;
        }
    }
    return make_links() ||
                   mount_new("devpts", "newinstance,ptmxmode=0666,mode=0620,gid=5", plain,
                             "/dev/pts") ||
                   mount_new("mqueue", "", plain | MOUNT_ATTR_NODEV, "/dev/mqueue")
               ? -1
               : 0;
}

int mount_shm(struct shim *shim) {
    char options[64];
    snprintf(options, sizeof options, "mode=1777,size=%llu",
             (unsigned long long)shim->spec.shm_bytes);
    return mount_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV,
                     "/dev/shm");
}
