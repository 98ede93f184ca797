/* Limits of the process: the shim raises what only the host's root can, the child sets them. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int failed_limit(int resource) {
    char text[32];
    snprintf(text, sizeof text, "resource %d", resource);
    return failed(text);
}

static int score_of_ours(void) {
    char text[16];
    int file = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    return atoi(text);
}

/* A service is often protected from the killer (below 0): what it runs for others is not. */
static int adjust_oom_score(const struct spec *spec, pid_t pid) {
    const char *score = spec->oom_score ? spec->oom_score : score_of_ours() < 0 ? "0" : NULL;
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", pid);
    return score ? write_file(AT_FDCWD, path, score) : 0;
}

/*
 * Hard limits above the inherited ones need a privilege over the host; what has no privilege for
 * it fails. The soft ones stay until the child has made its mounts.
 */
int raise_limits(const struct spec *spec, pid_t pid) {
    for (size_t i = 0; i < spec->limit_count; i++) {
        struct rlimit limit;
        __rlimit_resource_t resource = (__rlimit_resource_t)spec->limits[i].resource;
        if (prlimit(pid, resource, NULL, &limit)) {
            return failed_limit(spec->limits[i].resource);
        }
        if (spec->limits[i].limit.rlim_max > limit.rlim_max) {
            limit.rlim_max = spec->limits[i].limit.rlim_max;
            if (prlimit(pid, resource, &limit, NULL)) {
                return failed_limit(spec->limits[i].resource);
            }
        }
    }
    return adjust_oom_score(spec, pid);
}

int give_limits(struct shim *shim) {
    return raise_limits(&shim->spec, shim->init);
}

int limit_resources(struct shim *shim) {
    for (size_t i = 0; i < shim->spec.limit_count; i++) {
        const struct limit_spec *want = &shim->spec.limits[i];
        if (setrlimit((__rlimit_resource_t)want->resource, &want->limit)) {
            return failed_limit(want->resource);
        }
    }
    return 0;
}
