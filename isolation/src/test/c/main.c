/*
 * gantry-probes inside|outside [NAME…]
 * gantry-probes ping ADDRESS   # no attempt: this is to work without privileges
 * gantry-probes stand NAME     # outside: to be attacked; listens on that abstract socket
 *
 * A line for each probe, its parts separated by tabs:
 *     stopped NAME ERRNO WHAT-IS-TO-STOP-IT        inside: as it shall be
 *     ESCAPED NAME DETAIL                          inside: a hole; the exit status is 1
 *     works   NAME DETAIL                          outside: the probe is good
 *     absent  NAME ERRNO                           outside: this kernel has nothing to probe
 *     BROKEN  NAME ERRNO                           outside: the probe proves nothing; exit status 1
 */
#define _GNU_SOURCE
#include "probe.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS_MAX = 60 };

/* Attempts run in children, which may end up anywhere; this is shared with them. */
struct outcome {
    int error;
    bool over;
    char detail[256];
};

bool outside;
static struct outcome *outcome;

void found(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(outcome->detail, sizeof outcome->detail, format, arguments);
    va_end(arguments);
}

const char *target(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

int stopped(int error) {
    errno = error;
    return -1;
}

int past_permission(long result) {
    return result >= 0 || (errno != EPERM && errno != EACCES && errno != ENOSYS) ? 0 : -1;
}

int part_mounts(void) {
    return unshare(CLONE_NEWNS) ||
                   mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)
               ? -1
               : 0;
}

static void attempt(const struct probe *probe) {
    memset(outcome, 0, sizeof *outcome);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS_MAX);
        errno = 0;
        int result = probe->attempt();
        outcome->error = result ? (errno ? errno : EIO) : 0;
        outcome->over = true;
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !outcome->over) {
        outcome->error = child < 0 ? errno : ECHILD;
        found("the attempt ended with status %d", status);
    }
}

static bool is_absent(int error) {
    return error == ENOSYS || error == ENOENT || error == EAFNOSUPPORT || error == ENODEV ||
           error == EPROTONOSUPPORT || error == ENXIO || error == EOPNOTSUPP;
}

/* Whether it was as it shall be. */
static bool report(const struct probe *probe) {
    const char *error = outcome->error ? strerrorname_np(outcome->error) : NULL;
    if (outside) {
        bool absent = outcome->error && is_absent(outcome->error);
        printf("%s\t%s\t%s\t%s\n", !outcome->error ? "works" : absent ? "absent" : "BROKEN",
               probe->name, error ? error : "", outcome->detail);
        return !outcome->error || absent;
    }
    if (outcome->error) {
        printf("stopped\t%s\t%s\t%s\t%s\n", probe->name, error ? error : "?", probe->stopped_by,
               outcome->detail);
        return outcome->over;
    }
    printf("ESCAPED\t%s\t%s\n", probe->name, outcome->detail);
    return false;
}

static bool is_wanted(const char *name, int count, char **names) {
    for (int i = 0; i < count; i++) {
        if (!strcmp(name, names[i])) {
            return true;
        }
    }
    return count == 0;
}

int main(int count, char **arguments) {
    if (count == 2 && !strcmp(arguments[1], "wait")) {
        return pause(); /* for a probe, to have its program overwritten */
    }
    if (count == 3 && !strcmp(arguments[1], "ping")) {
        return ping(arguments[2]);
    }
    if (count == 3 && !strcmp(arguments[1], "stand")) {
        return stand(arguments[2]);
    }
    const struct probe *const groups[] = {FILE_PROBES, CALL_PROBES, OTHERS_PROBES};
    if (count < 2 || (strcmp(arguments[1], "inside") && strcmp(arguments[1], "outside"))) {
        fputs("usage: gantry-probes inside|outside [NAME...] | ping ADDRESS | stand NAME\n", stderr);
        return 64;
    }
    outside = !strcmp(arguments[1], "outside");
    outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED) {
        perror("mmap");
        return 70;
    }
    bool good = true;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        for (const struct probe *probe = groups[i]; probe->name; probe++) {
            if (is_wanted(probe->name, count - 2, arguments + 2)) {
                attempt(probe);
                good &= report(probe);
            }
        }
    }
    return good ? 0 : 1;
}
