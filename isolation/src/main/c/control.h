/*
 * The control socket: who connects to `control` in the sandbox's directory can execute commands in
 * the sandbox, and attach to its first process.
 */
#pragma once
#include "log.h"
#include "shim.h"
#include "watch.h"

/* What attached clients see: the output of the first process and where it is kept. */
struct output {
    struct log log;
    struct stream streams[2]; /* standard output, or a terminal; standard error */
};

int open_control(struct shim *shim);

/* rested: no output is read for the moment, because there was too much of it. */
void control_watch(struct shim *shim, struct watches *watches, struct output *output, bool rested);
void control_serve(struct shim *shim, const struct watches *watches, struct output *output);

/* How much output of the first process may be read now: attached clients must be able to take it. */
size_t control_room(void);

/* Those that are not ready to take some do not hold it up. */
void control_make_room(struct output *output);

/* So much was read. */
void control_output(int stream, const char *bytes, size_t length);

/* The sandbox has ended: everybody gets the rest, but nobody is waited for. */
void control_finish(struct shim *shim, struct output *output, int code);
