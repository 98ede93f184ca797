/* A process that is executed in a sandbox that runs. Nothing here waits for it, or for its cgroup. */
#pragma once
#include "client.h"
#include "shim.h"
#include "watch.h"

enum process_state {
    PROCESS_NONE, /* also when it is over and reaped */
    PROCESS_STARTING,
    PROCESS_RUNNING,
    PROCESS_ENDED, /* reaped; what it wrote is still on its way */
};

struct process {
    enum process_state state;
    pid_t launcher;
    int launcher_pidfd, pidfd;
    volatile pid_t *number; /* shared with the launcher; 0: there is no process yet */
    int channel;
    int input, output[2]; /* input: of a pipe, or the terminal, which is output[0] as well */
    bool terminal;
    struct report failure;
    int code;
    int left[2];         /* what was in its pipes when it ended */
    uint64_t quiet_ms;   /* since when an ended one's terminal had nothing more to say */
    uint64_t hung_up_ms; /* when it was told to go; 0: not */
    int watched_channel, watched_pidfd, watched_output[2];
};

void process_init(struct process *process, volatile pid_t *number);

/* Begins to execute it. 0, or -1 with errno and a detail. */
int process_launch(struct shim *shim, struct process *process, const struct spec *asked);

void process_watch(struct process *process, struct watches *watches, const struct client *client);

/* Does what is to be done; the client, if it is still there, gets to know. */
void process_serve(struct process *process, const struct watches *watches, struct client *client);

/* As when a terminal closes: the process gets SIGHUP and, a little later, SIGKILL. */
void process_hang_up(struct process *process);

void process_signal(const struct process *process, int number);
void process_end_input(struct process *process);
