/*
 * gantry-shim: makes a sandbox and stays with it until it ends. README.md tells why this is C, what
 * the stages are, and what is in the directory that it is given.
 */
#include "shim.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct stage START[] = {
    {"detach", detach},
    {"specification", read_spec},
    {"identity", write_identity},
    {"channels", open_channels},
    {"clone", clone_child},
    {"id-map", map_ids},
    {"cgroup", join_cgroups},
    {"network", create_interfaces},
    {"mount-namespace", leave_mount_namespace},
    {"rootfs", mount_rootfs},
    {"volumes", open_volumes},
    {"release", release_child},
    {"log", open_log}, /* while the child makes its mounts */
};

static const struct stage PROBE[] = {
    {"detach", detach},          {"specification", read_spec},
    {"channels", open_channels}, {"clone", clone_child},
    {"id-map", map_ids},         {"mount-namespace", leave_mount_namespace},
    {"rootfs", mount_rootfs},
};

static struct shim shim = {.init_pidfd = -1};

static void end_child(void) {
    if (shim.init > 0) {
        syscall(SYS_pidfd_send_signal, shim.init_pidfd, SIGKILL, NULL, 0);
        waitpid(shim.init, NULL, 0);
    }
}

static int start(void) {
    struct report report;
    if (run_stages(&shim, START, COUNT(START), &report) || await_exec(&shim, &report)) {
        end_child();
        tell_failure(&report);
        return 1;
    }
    tell_started(&shim);
    return_to_mount_namespace(&shim); /* at worst, a few mounts are kept until we end */
    return supervise(&shim);
}

/* Whether layers can be mounted with their ids mapped here: the first stages of a start tell. */
static int probe(void) {
    struct report report;
    int result = run_stages(&shim, PROBE, COUNT(PROBE), &report);
    end_child();
    if (result) {
        tell_failure(&report);
        return 1;
    }
    tell_probed();
    return 0;
}

int main(int count, char **arguments) {
    if (count == 3 && !strcmp(arguments[1], "start")) {
        shim.directory_path = arguments[2];
        return start();
    }
    if (count == 3 && !strcmp(arguments[1], "probe")) {
        shim.directory_path = arguments[2];
        return probe();
    }
    fputs("usage: gantry-shim start|probe DIRECTORY   (the specification is in DIRECTORY/spec)\n",
          stderr);
    return 64;
}
