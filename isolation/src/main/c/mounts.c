/*
 * The sandbox's mounts, made by its own root in its own mount namespace. Images are hostile: a
 * target is always resolved beneath the root directory by the kernel (openat2(2)), never by string,
 * and used by descriptor.
 */
#define _GNU_SOURCE
#include "child.h"

#include "kernel.h"
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* A detached mount on top of the present root, which stays below for now. */
static int attach_root(int mount) {
    if (move_mount(mount, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)) {
        return -1;
    }
    roots.root = openat(mount, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return roots.root < 0 ? -1 : 0;
}

/*
 * An empty root in which proc, sysfs and /dev are made before there is an image: those two can only
 * be mounted while the host's are in sight (user_namespaces(7)).
 */
int make_scaffold(struct shim *shim) {
    (void)shim;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
        return -1;
    }
    int scaffold = make_mount("tmpfs", "mode=755,size=64k", MOUNT_ATTR_NOSUID);
    if (scaffold < 0 || attach_root(scaffold)) {
        return -1;
    }
    return close(scaffold);
}

int attach_rootfs(struct shim *shim) {
    return attach_root(shim->rootfs);
}

/* Opens the parent of a missing path, making directories on the way. */
static int make_parents(const char *path) {
    char prefix[4096];
    if (strlen(path) >= sizeof prefix) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int parent = open_in_root(roots.root, ".", O_PATH | O_DIRECTORY, 0);
    for (const char *slash = strchr(path + 1, '/'); slash && parent >= 0;
         slash = strchr(slash + 1, '/')) {
        snprintf(prefix, sizeof prefix, "%.*s", (int)(slash - path), path);
        const char *name = strrchr(prefix, '/');
        name = name ? name + 1 : prefix;
        if (*name && mkdirat(parent, name, 0755) && errno != EEXIST) {
            close(parent);
            return -1;
        }
        close(parent);
        parent = open_in_root(roots.root, prefix, O_PATH | O_DIRECTORY, 0);
    }
    return parent;
}

static int make_node(int parent, const char *name, bool file) {
    if (!*name) {
        return 0; /* the path ends with a slash */
    }
    if (!file) {
        return mkdirat(parent, name, 0755);
    }
    int made = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    return made < 0 ? -1 : close(made);
}

/* Where a link leads, as a path in the root. */
static int follow(int parent, const char *path, size_t directory_length, char *out, size_t size) {
    char link[2048];
    ssize_t n = readlinkat(parent, path + directory_length, link, sizeof link - 1);
    if (n < 0) {
        return -1;
    }
    link[n] = 0;
    int needed = *link == '/' ? snprintf(out, size, "%s", link)
                              : snprintf(out, size, "%.*s%s", (int)directory_length, path, link);
    if (needed >= (int)size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return 0;
}

static bool is_of_kernel(int descriptor) {
    struct statfs system;
    return fstatfs(descriptor, &system) || system.f_type == PROC_SUPER_MAGIC ||
           system.f_type == SYSFS_MAGIC || system.f_type == CGROUP2_SUPER_MAGIC;
}

static int make_linked_target(const char *path, bool file, int links) {
    int target = open_in_root(roots.root, path, O_PATH, 0);
    if (target >= 0 || errno != ENOENT) {
        return target;
    }
    int parent = make_parents(path);
    if (parent < 0) {
        return -1;
    }
    if (is_of_kernel(parent)) { /* its links lead anywhere, and nothing is made there */
        close(parent);
        return failed_as(EPERM, path);
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char beyond[4096];
    int made = make_node(parent, name, file);
    if (made && errno == EEXIST) { /* a dangling link: what it names is made */
        made = links ? follow(parent, path, (size_t)(name - path), beyond, sizeof beyond) : -1;
        path = beyond;
    }
    int error = errno;
    close(parent);
    errno = error;
    if (made) {
        return -1;
    }
    return path == beyond ? make_linked_target(path, file, links - 1)
                          : open_in_root(roots.root, path, O_PATH, 0);
}

int make_target(const char *path, bool file) {
    return make_linked_target(path, file, 8);
}

/* fsopen(2) takes options one by one: `size=1m,ro`. */
static int configure(int context, const char *options) {
    char text[512];
    if (strlen(options) >= sizeof text) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(text, options);
    for (char *rest = text, *option; (option = strsep(&rest, ","));) {
        char *value = strchr(option, '=');
        if (value) {
            *value++ = 0;
        }
        if (*option && (value ? fsconfig(context, FSCONFIG_SET_STRING, option, value, 0)
                              : fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0))) {
            return -1;
        }
    }
    return fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

int make_mount(const char *type, const char *options, uint64_t attributes) {
    int context = fsopen(type, FSOPEN_CLOEXEC);
    if (context < 0) {
        return -1;
    }
    int mount =
        fsconfig(context, FSCONFIG_SET_STRING, "source", type, 0) || configure(context, options)
            ? -1
            : fsmount(context, FSMOUNT_CLOEXEC, (unsigned)attributes);
    int error = errno;
    close(context);
    errno = error;
    return mount;
}

/* Mounts a new file system on a descriptor; returns its root directory. */
static int attach_new(const char *type, const char *options, uint64_t attributes, int target) {
    int mount = target < 0 ? -1 : make_mount(type, options, attributes);
    if (mount < 0 || attach_mount(mount, target)) {
        return failed(type);
    }
    close(target);
    return mount;
}

int mount_new(const char *type, const char *options, uint64_t attributes, const char *target) {
    int mount = attach_new(type, options, attributes, make_target(target, false));
    return mount < 0 ? failed(target) : close(mount);
}

/* The kernel's file systems are not mounted through links: an image could point them anywhere. */
static int own_directory(const char *name) {
    if (mkdirat(roots.root, name, 0755) && errno != EEXIST) {
        return -1;
    }
    return open_in_root(roots.root, name, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
}

int mount_proc(struct shim *shim) {
    (void)shim;
    roots.proc = attach_new("proc", "", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
                            own_directory("proc"));
    roots.knobs = roots.proc < 0 ? -1 : openat(roots.proc, "sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return roots.knobs < 0 ? -1 : 0;
}

/* What stands in the scaffold moves to where the image is. */
int furnish_rootfs(struct shim *shim) {
    static const char *const MOUNTS[] = {"/proc", "/sys", "/dev"};
    (void)shim;
    for (size_t i = 0; i < COUNT(MOUNTS); i++) {
        int source = open(MOUNTS[i], O_PATH | O_DIRECTORY | O_CLOEXEC); /* we are in the scaffold */
        int target = own_directory(MOUNTS[i] + 1);
        if (source < 0 || target < 0 || attach_mount(source, target)) {
            return failed(MOUNTS[i]);
        }
        close(source);
        close(target);
    }
    return 0;
}

/*
 * A new sysfs shows the network namespace that it is mounted in, and only who owns that namespace
 * can mount it: with the host's network, it is the host's, with what is mounted below it, since a
 * user namespace must not uncover what that hides.
 */
static int attach_sysfs_of_host(uint64_t attributes) {
    int target = own_directory("sys");
    int mount = target < 0 ? -1 : clone_mount(AT_FDCWD, "/sys", AT_RECURSIVE);
    if (mount < 0 || set_mount(mount, attributes, true) || attach_mount(mount, target)) {
        return failed("sysfs");
    }
    close(target);
    return mount;
}

int mount_sys(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    uint64_t attributes =
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY;
    roots.sys = spec->host_network ? attach_sysfs_of_host(attributes)
                                   : attach_new("sysfs", "", attributes, own_directory("sys"));
    if (roots.sys < 0 || !(spec->cgroup_v2 || spec->host_network)) {
        return roots.sys < 0 ? -1 : 0;
    }
    /* Programs read their own limits there; the host's groups are none of their business. */
    int groups = attach_new(spec->cgroup_v2 ? "cgroup2" : "tmpfs", "", attributes,
                            open_in_root(roots.sys, "fs/cgroup", O_PATH | O_DIRECTORY, 0));
    return groups < 0 ? failed("/sys/fs/cgroup") : close(groups);
}

static bool is_directory(int descriptor) {
    struct stat stat;
    return !fstatat(descriptor, "", &stat, AT_EMPTY_PATH) && S_ISDIR(stat.st_mode);
}

static bool is_root(int descriptor) {
    struct stat stat, root;
    return !fstatat(descriptor, "", &stat, AT_EMPTY_PATH) &&
           !fstatat(roots.root, "", &root, AT_EMPTY_PATH) && stat.st_dev == root.st_dev &&
           stat.st_ino == root.st_ino;
}

/*
 * A target that leads into the kernel's file systems, or to the root itself, by an image's link
 * perhaps, is refused.
 */
static int make_plain_target(const char *path, bool file) {
    int target = make_target(path, file);
    if (target < 0) {
        return failed(path);
    }
    if (is_of_kernel(target) || is_root(target)) {
        close(target);
        return failed_as(EPERM, path);
    }
    return target;
}

static int attach_at(int mount, const char *path, bool read_only) {
    int target = make_plain_target(path, !is_directory(mount));
    if (target < 0 || attach_mount(mount, target) || (read_only && make_read_only(mount))) {
        return failed(path);
    }
    close(target);
    return close(mount);
}

static int mount_tmpfs(const struct mount_spec *volume) {
    uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    attributes |= volume->read_only ? MOUNT_ATTR_RDONLY : 0;
    int mount =
        attach_new("tmpfs", volume->options, attributes, make_plain_target(volume->target, false));
    return mount < 0 ? failed(volume->target) : close(mount);
}

int mount_volumes(struct shim *shim) {
    for (size_t i = 0; i < shim->spec.mount_count; i++) {
        const struct mount_spec *volume = &shim->spec.mounts[i];
        if (volume->kind == MOUNT_BIND ? attach_at(shim->volumes[i], volume->target, false)
                                       : mount_tmpfs(volume)) {
            return -1;
        }
    }
    return 0;
}

/* As read-only as the root file system, whose part they seem to be: as with Docker. */
int mount_name_files(struct shim *shim) {
    static const char *const TARGETS[] = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"};
    for (size_t i = 0; i < COUNT(TARGETS); i++) {
        if (attach_at(shim->name_files[i], TARGETS[i], shim->spec.read_only_root)) {
            return -1;
        }
    }
    return 0;
}

/* What was the root goes away in one piece: the host's tree, then the scaffold. */
int enter_root(struct shim *shim) {
    (void)shim;
    return fchdir(roots.root) || pivot_root(".", ".") || umount2(".", MNT_DETACH) || chdir("/") ? -1
                                                                                                : 0;
}
