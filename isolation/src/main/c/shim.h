/* What the stages share. */
#pragma once
#include "spec.h"
#include "stage.h"
#include <stdint.h>
#include <sys/types.h>

enum {
    STATUS_FD = 3, /* where the starter listens; everything else that was inherited is closed */
    STREAMS_MAX = 3, /* input, output, error, or a terminal: by the child to the shim */
    HANDED_MAX = 5 + MOUNTS_MAX, /* descriptors: specification, root, three files, volumes */
};

struct shim {
    int directory; /* the sandbox's */
    const char *directory_path;
    const char *standing_spec; /* the file of what can be done ahead */
    int spec_file;
    struct spec spec;

    pid_t init; /* the sandbox's first process */
    int init_pidfd;
    size_t interfaces_made; /* of the specification's networks */
    int gate[2];        /* socket pair: [0] shim, [1] child; carries descriptors, then closes */
    int reports[2];     /* pipe: the child's reports; closes at exec */
    int output[2][2];   /* pipes: stdout, stderr */
    int console;        /* the process's input, or its terminal; -1: none */
    uint64_t oom_kills; /* before the start */
    uint64_t started_ns;
    bool child_stands;
    struct report child_failure, exec_failure; /* error 0: none */

    int user_namespace;
    int host_mounts; /* the mount namespace that we came from */
    int mounting;    /* the sandbox's directory in our own mount namespace */
    int scratch;     /* where layers are put for the overlay, there */
    int rootfs;      /* detached mounts, to be attached by the child */
    int name_files[3];
    int volumes[MOUNTS_MAX];
    int handed[HANDED_MAX]; /* by the shim to the child */
};

/* parent.c: stages up to the release of the child */
int detach(struct shim *shim);
int read_standing_spec(struct shim *shim);
int read_spec(struct shim *shim);
int write_identity(struct shim *shim);
int open_channels(struct shim *shim);
int clone_child(struct shim *shim);
int map_ids(struct shim *shim);
int join_cgroups(struct shim *shim);
int settle_child(struct shim *shim);
int await_standing(struct shim *shim);
int tell_warm(struct shim *shim);
int await_go(struct shim *shim);
int release_child(struct shim *shim);
int await_exec(struct shim *shim, struct report *report);
int tell_started(struct shim *shim);
void tell_probed(void);
void tell_failure(const struct report *report);

/* rootfs.c: the mounts that need the host's root */
int leave_mount_namespace(struct shim *shim);
int make_scratch(struct shim *shim);
int part_mounts(struct shim *shim);
int mount_rootfs(struct shim *shim);
int open_volumes(struct shim *shim);
int return_to_mount_namespace(struct shim *shim);

/* volumes.c */
int open_volume(struct shim *shim, const struct mount_spec *volume);

/* limits.c: privileges of the host for the limits of a process that will set them itself */
int give_limits(struct shim *shim);
int raise_limits(const struct spec *spec, pid_t pid);

/* network.c */
int create_interfaces(struct shim *shim);    /* shim */
int raise_interfaces(struct shim *shim);     /* child */
int configure_interfaces(struct shim *shim); /* child */

/* child.c: from the clone to the exec; returns the exit code of a command that cannot be executed
 */
int child_main(struct shim *shim);

/* streams.c: what came through the channel, and the descriptors with it; recvmsg(2) */
ssize_t take_streams(int channel, void *bytes, size_t length, int *descriptors, size_t *count);
void end_terminal_input(int terminal); /* by its end-of-file character */

/* supervise.c */
int open_log(struct shim *shim);
int supervise(struct shim *shim);

/* files.c */
int write_file(int directory, const char *path, const char *text);
int replace_file(int directory, const char *name, const char *text, bool durable);
uint64_t now_ns(void);
uint64_t read_counter(const char *path, const char *key);
