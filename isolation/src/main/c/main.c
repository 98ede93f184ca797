/*
 * gantry-shim: makes a sandbox and stays with it until it ends. README.md tells why this is C, what
 * the stages are, and what is in the directory that it is given.
 */
#include "shim.h"

#include "control.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What depends on neither image nor request: it can be done ahead. */
static const struct stage STANDING[] = {
    {"detach", detach},
    {"specification", read_standing_spec},
    {"identity", write_identity},
    {"channels", open_channels},
    {"clone", clone_child},
    {"id-map", map_ids},
    {"cgroup", join_cgroups},
    {"network", create_interfaces},
    {"settle", settle_child},
    {"mount-namespace", leave_mount_namespace}, /* while the child makes its own mounts */
    {"scratch", make_scratch},
};

static const struct stage WARMTH[] = {
    {"standing", await_standing},
    {"warm", tell_warm},
    {"go", await_go},
};

static const struct stage STARTING[] = {
    {"specification", read_spec},
    {"network", create_interfaces}, /* those that were not made ahead */
    {"limits", give_limits},
    {"mounts", part_mounts},
    {"rootfs", mount_rootfs},
    {"volumes", open_volumes},
    {"standing", await_standing},
    {"release", release_child},
    {"log", open_log}, /* while the child makes its mounts */
    {"control", open_control},
};

static const struct stage PROBE[] = {
    {"detach", detach},          {"specification", read_standing_spec},
    {"channels", open_channels}, {"clone", clone_child},
    {"id-map", map_ids},         {"mount-namespace", leave_mount_namespace},
    {"scratch", make_scratch},   {"specification", read_spec},
    {"rootfs", mount_rootfs},
};

static struct shim shim = {
    .standing_spec = "spec", .init_pidfd = -1, .spec_file = -1, .console = -1};

static void end_child(void) {
    if (shim.init > 0) {
        syscall(SYS_pidfd_send_signal, shim.init_pidfd, SIGKILL, NULL, 0);
        waitpid(shim.init, NULL, 0);
    }
}

/* Warm: the sandbox waits, with all that can be done ahead, until it is told what to be. */
static int start(bool warm) {
    struct report report;
    if (warm) {
        shim.standing_spec = "standing";
    }
    if (run_stages(&shim, STANDING, COUNT(STANDING), &report) ||
        (warm && run_stages(&shim, WARMTH, COUNT(WARMTH), &report)) ||
        run_stages(&shim, STARTING, COUNT(STARTING), &report) || await_exec(&shim, &report)) {
        end_child();
        tell_failure(shim.child_failure.error ? &shim.child_failure : &report);
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
    const char *command = count == 3 ? arguments[1] : "";
    shim.directory_path = arguments[count - 1];
    if (!strcmp(command, "start") || !strcmp(command, "warm")) {
        return start(*command == 'w');
    }
    if (!strcmp(command, "probe")) {
        return probe();
    }
    fputs("usage: gantry-shim start|warm|probe DIRECTORY   (the specification is in "
          "DIRECTORY/spec)\n",
          stderr);
    return 64;
}
