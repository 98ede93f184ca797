/* The child's way from the clone to the exec. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct roots roots;
struct identity identity;

/* Waits until the shim has mapped our ids, put us into our control group, made our interface. */
static int await_settling(struct shim *shim) {
    char byte;
    ssize_t n;
    close(STATUS_FD); /* who listens there is to notice when the shim ends, not we */
    close(shim->gate[0]);
    close(shim->reports[0]);
    do {
        n = read(shim->gate[1], &byte, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1 ? 0 : failed_as(ECANCELED, "the shim gave up");
}

static int report_success(struct shim *shim) {
    const struct report success = {0};
    return write(shim->reports[1], &success, sizeof success) == sizeof success ? 0 : -1;
}

/* Waits for the rest of the specification, and for the mounts that only the shim can make. */
static int await_release(struct shim *shim) {
    char byte, control[CMSG_SPACE(HANDED_MAX * sizeof(int))];
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
    memcpy(shim->handed, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    return 0;
}

/* Ours is a copy of what the shim had read when it cloned us: at most a part of it. */
static int take_over(struct shim *shim) {
    const int *next = shim->handed;
    shim->spec_file = *next++;
    spec_free(&shim->spec);
    if (spec_read(shim->spec_file, &shim->spec)) {
        return -1;
    }
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

/* The first part needs neither image nor request. */
static const struct stage STAGES[] = {
    {"settle", await_settling},
    {"root-identity", become_root},
    {"cgroup-namespace", enter_cgroup_namespace},
    {"network-up", raise_interfaces},
    {"scaffold", make_scaffold},
    {"mount-proc", mount_proc},
    {"mount-sys", mount_sys},
    {"mount-dev", mount_dev},
    {"kernel-knobs", set_kernel_knobs},
    {"mask-paths", mask_paths},
    {"scaffold-enter", enter_root},
    {"standing", report_success},

    {"release", await_release},
    {"specification", take_over},
    {"network-configure", configure_interfaces},
    {"sysctls", set_asked_knobs},
    {"hostname", set_hostname},
    {"rootfs-attach", attach_rootfs},
    {"furnish", furnish_rootfs},
    {"shm", mount_shm},
    {"mount-volumes", mount_volumes},
    {"mount-name-files", mount_name_files},
    {"rootfs-enter", enter_root},
    {"user", find_user},
    {"streams", open_streams},
    {"workdir", enter_workdir},
    {"read-only-root", protect_root},
    {"resource-limits", limit_resources},
    {"privileges", drop_privileges},
    {"parent-death", die_with_shim},
    {"ready", report_success},
    {"seccomp", filter_system_calls},
    {"exec", execute},
};

int exit_code(const struct report *report) {
    if (strcmp(report->stage, "exec")) {
        return EXIT_SETUP;
    }
    return report->error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

int child_main(struct shim *shim) {
    struct report report;
    run_stages(shim, STAGES, COUNT(STAGES), &report); /* returns only when one failed */
    if (write(shim->reports[1], &report, sizeof report) != sizeof report) {
        return EXIT_SETUP;
    }
    return exit_code(&report);
}
