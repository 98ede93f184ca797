/* The child's way from the clone to the exec. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EXIT_SETUP = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

struct roots roots;
struct identity identity;

/*
 * Waits until the shim has mapped our ids, put us into our control group, and made our interface
 * and mounts. When it gave up, the socket just closes.
 */
static int await_release(struct shim *shim) {
    close(shim->gate[0]);
    close(shim->reports[0]);
    int descriptors[4 + MOUNTS_MAX];
    char byte, control[CMSG_SPACE(sizeof descriptors)];
    struct iovec iov = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n;
    do {
        n = recvmsg(shim->gate[1], &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    struct cmsghdr *header = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_type != SCM_RIGHTS || (message.msg_flags & MSG_CTRUNC)) {
        return failed_as(ECANCELED, "the shim gave up");
    }
    memcpy(descriptors, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    const int *next = descriptors;
    shim->rootfs = *next++;
    for (size_t i = 0; i < COUNT(shim->name_files); i++) {
        shim->name_files[i] = *next++;
    }
    for (size_t i = 0; i < shim->spec.mount_count; i++) {
        if (shim->spec.mounts[i].kind == MOUNT_BIND) {
            shim->volumes[i] = *next++;
        }
    }
    return 0;
}

static int say_ready(struct shim *shim) {
    const struct report ready = {0};
    return write(shim->reports[1], &ready, sizeof ready) == sizeof ready ? 0 : -1;
}

static const struct stage STAGES[] = {
    {"release", await_release},
    {"root-identity", become_root},
    {"cgroup-namespace", enter_cgroup_namespace},
    {"network-configure", configure_interfaces},
    {"hostname", set_hostname},
    {"rootfs-attach", attach_rootfs},
    {"mount-proc", mount_proc},
    {"mount-sys", mount_sys},
    {"mount-dev", mount_dev},
    {"mount-volumes", mount_volumes},
    {"mount-name-files", mount_name_files},
    {"kernel-knobs", set_kernel_knobs},
    {"mask-paths", mask_paths},
    {"rootfs-enter", enter_rootfs},
    {"user", find_user},
    {"output", open_output},
    {"workdir", enter_workdir},
    {"read-only-root", protect_root},
    {"resource-limits", limit_resources},
    {"privileges", drop_privileges},
    {"parent-death", die_with_shim},
    {"ready", say_ready},
    {"seccomp", filter_system_calls},
    {"exec", execute},
};

int child_main(struct shim *shim) {
    struct report report;
    run_stages(shim, STAGES, COUNT(STAGES), &report); /* returns only when one failed */
    if (write(shim->reports[1], &report, sizeof report) != sizeof report) {
        return EXIT_SETUP;
    }
    if (strcmp(report.stage, "exec")) {
        return EXIT_SETUP;
    }
    return report.error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}
