/*
 * A probe is an attempt to get out of a sandbox, or at something that is not its own. Each is a
 * function that returns 0 when the attempt succeeded, else -1 with the errno that stopped it.
 *
 * The same functions run outside of any sandbox, as root, where they must succeed: a probe that
 * fails there fails for another reason than the sandbox, and proves nothing.
 */
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

struct probe {
    const char *name;
    const char *stopped_by; /* what is to stop it */
    int (*attempt)(void);
};

extern const struct probe FILE_PROBES[], CALL_PROBES[], OTHERS_PROBES[];

/* Whether this is the run outside: some attempts need a place of their own there to do no harm. */
extern bool outside;

/* What an attempt found, for whoever reads the report. */
void found(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the test prepared outside for attempts to get at: an environment variable; NULL: nothing. */
const char *target(const char *name);

/* -1 with this errno. */
int stopped(int error);

/* Whether the address answers an ICMP echo, by a socket that needs no privilege: 0 or 1. */
int ping(const char *address);

/* Says so when it listens on the abstract socket; stays until its standard input is closed. */
int stand(const char *name);

/* Whether a privileged call got past the check of privileges: it failed for its arguments. */
int past_permission(long result);

/* A mount namespace of our own, so that attempts outside leave nothing. */
int part_mounts(void);
