/*
 * The mounts that only the host's root can make: the overlay with id-mapped layers, and copies of
 * what is bound into the sandbox. They are made in a mount namespace of our own that nobody else
 * sees, handed to the child as detached mounts, and the namespace is left for good. So each of them
 * ends with the sandbox, whatever is killed when.
 */
#define _GNU_SOURCE
#include "shim.h"

#include "kernel.h"
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

int leave_mount_namespace(struct shim *shim) {
    shim->host_mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (shim->host_mounts < 0 || unshare(CLONE_NEWNS)) {
        return -1;
    }
    /* What the host unmounts while we wait shall not be kept by us. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) {
        return -1;
    }
    /* Mounts are made from and on what is in this namespace: the same directory, opened again. */
    shim->mounting = open(shim->directory_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return shim->mounting < 0 ? failed(shim->directory_path) : 0;
}

/* What the host mounts from now on shall not appear in the sandbox. */
int part_mounts(struct shim *shim) {
    (void)shim;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int return_to_mount_namespace(struct shim *shim) {
    int result = setns(shim->host_mounts, CLONE_NEWNS);
    close(shim->host_mounts);
    close(shim->scratch);
    close(shim->mounting);
    close(shim->user_namespace);
    return result || chdir("/") ? -1 : 0;
}

/* Attaches a copy of a directory at `name` in the working directory, its ids mapped if asked. */
static int place(struct shim *shim, int directory, const char *path, const char *name) {
    int copy = clone_mount(directory, path, *path ? 0 : AT_EMPTY_PATH);
    if (copy < 0) {
        return failed(path);
    }
    int result = -1;
    if (shim->spec.id_mapped_layers && map_mount(copy, shim->user_namespace)) {
        failed(path);
    } else if (mkdir(name, 0700) || move_mount(copy, "", AT_FDCWD, name, MOVE_MOUNT_F_EMPTY_PATH)) {
        failed(name);
    } else {
        result = 0;
    }
    int error = errno;
    close(copy);
    errno = error;
    return result;
}

static int make_directory(int directory, const char *name, mode_t mode) {
    return mkdirat(directory, name, mode) && errno != EEXIST ? failed(name) : 0;
}

/* The root directory's owner and mode are the upper layer's: take those of the topmost layer. */
static int make_upper(struct shim *shim) {
    struct stat top;
    if (mkdirat(shim->mounting, "upper", 0755)) {
        return errno == EEXIST ? 0 : failed("upper");
    }
    const char *layer = shim->spec.layers[shim->spec.layer_count - 1];
    if (stat(layer, &top)) {
        return failed(layer);
    }
    if (fchownat(shim->mounting, "upper", top.st_uid, top.st_gid, AT_SYMLINK_NOFOLLOW) ||
        fchmodat(shim->mounting, "upper", top.st_mode & 07777, 0)) {
        return failed("upper");
    }
    return 0;
}

/*
 * A scratch file system for mount points: names are short, as all options share one page. In it,
 * the sandbox's own directory, `u`, and the place of the root file system, `m`.
 */
int make_scratch(struct shim *shim) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d/rootfs", shim->mounting);
    if (make_directory(shim->mounting, "rootfs", 0700) ||
        make_directory(shim->mounting, "work", 0700)) {
        return -1;
    }
    if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700,size=1m") ||
        chdir(path)) {
        return failed("rootfs");
    }
    shim->scratch = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return shim->scratch < 0 || place(shim, shim->mounting, "", "u") || mkdir("m", 0700) ||
                   chdir("/")
               ? -1
               : 0;
}

/*
 * An overlay works in its layers with the identity that mounted it. In id-mapped layers the host's
 * root is nobody, and could create nothing: the sandbox's root has to be it, with our privileges.
 */
static int mount_overlay(struct shim *shim, const char *options) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data)) {
        return -1;
    }
    setfsuid(shim->spec.id_base);
    setfsgid(shim->spec.id_base);
    int result = -1;
    if (!syscall(SYS_capset, &header, data)) { /* setfsuid took some away */
        /* A layer can hold device nodes, and it is the host's root who mounts it. */
        result = mount("overlay", "m", "overlay", MS_NODEV, options);
    }
    int error = errno;
    setfsuid(0);
    setfsgid(0);
    errno = error;
    return result;
}

int mount_rootfs(struct shim *shim) {
    char options[4096] = "lowerdir=", name[24];
    size_t length = strlen(options);
    if (make_upper(shim) || fchdir(shim->scratch)) {
        return -1;
    }
    for (size_t i = shim->spec.layer_count; i-- > 0;) {
        snprintf(name, sizeof name, "%zu", i);
        if (place(shim, AT_FDCWD, shim->spec.layers[i], name)) {
            return -1;
        }
        length +=
            (size_t)snprintf(options + length, sizeof options - length, "%s%s", name, i ? ":" : "");
    }
    /* No redirects, no metadata-only copies: the upper directory shall be a layer by itself. */
    snprintf(options + length, sizeof options - length,
             ",upperdir=u/upper,workdir=u/work,index=off,redirect_dir=off,metacopy=off");
    if (mount_overlay(shim, options)) {
        return failed("overlay");
    }
    shim->rootfs = clone_mount(AT_FDCWD, "m", 0);
    return shim->rootfs < 0 || chdir("/") ? failed("overlay") : 0;
}

/* What the sandbox is called and whom it asks for names; its root may change them. */
static int open_name_files(struct shim *shim) {
    static const char *const FILES[] = {"etc/hosts", "etc/hostname", "etc/resolv.conf"};
    for (size_t i = 0; i < COUNT(FILES); i++) {
        if (fchownat(shim->mounting, FILES[i], shim->spec.id_base, shim->spec.id_base,
                     AT_SYMLINK_NOFOLLOW)) {
            return failed(FILES[i]);
        }
        shim->name_files[i] = clone_mount(shim->mounting, FILES[i], AT_SYMLINK_NOFOLLOW);
        if (shim->name_files[i] < 0) {
            return failed(FILES[i]);
        }
    }
    return 0;
}

int open_volumes(struct shim *shim) {
    if (open_name_files(shim)) {
        return -1;
    }
    for (size_t i = 0; i < shim->spec.mount_count; i++) {
        const struct mount_spec *volume = &shim->spec.mounts[i];
        if (volume->kind != MOUNT_BIND) {
            continue;
        }
        shim->volumes[i] = open_volume(shim, volume);
        if (shim->volumes[i] < 0) {
            return -1;
        }
    }
    return 0;
}
