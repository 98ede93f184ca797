/*
 * A stage is a named step that succeeds or fails with an errno. Both sides of the clone are lists
 * of stages; the first that fails is what the user gets to read: its name, the errno, and a detail
 * (mostly a path).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct shim;

struct stage {
    const char *name;
    int (*run)(struct shim *shim); /* 0, or -1 with errno */
};

/* What goes through the pipe from the child to the shim; smaller than PIPE_BUF, so in one piece. */
struct report {
    int error;
    char stage[32];
    char detail[200];
};

/* Says what the failing call was about; keeps errno; returns -1. */
int failed(const char *detail);

/* The same, with an errno. */
int failed_as(int error, const char *detail);

/* Runs stages until one fails; fills the report then and returns -1. */
int run_stages(struct shim *shim, const struct stage *stages, size_t count, struct report *report);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
