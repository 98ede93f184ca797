/* What the shim is told: the file `spec` of the sandbox's directory. README.md has the format. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum {
    SPEC_BYTES_MAX = 4 << 20, /* arguments and environment are at most 2 MiB (execve(2)) */
    LAYERS_MAX = 500,         /* overlayfs takes no more */
    MOUNTS_MAX = 128,         /* their descriptors travel in one message of at most 253 */
    PROCS_MAX = 16,
    LIMITS_MAX = 16,
    NETWORKS_MAX = 32,
    GROUPS_MAX = 64,
    FILTERS_MAX = 2,
    SYSCTLS_MAX = 256,
};

enum mount_kind { MOUNT_BIND, MOUNT_TMPFS };

struct mount_spec {
    enum mount_kind kind;
    const char *source;  /* of a bind */
    const char *beneath; /* the source: what is bound; empty or NULL: the source itself */
    const char *target;  /* in the root file system */
    const char *options; /* of a tmpfs */
    bool read_only;
    bool id_mapped;
};

struct filter_spec {
    const void *program; /* struct sock_filter[] */
    size_t bytes;
};

struct limit_spec {
    int resource;
    struct rlimit limit;
};

struct network_spec {
    const char *bridge;
    const char *host_interface;
    uint8_t mac[6];
    uint32_t address, gateway; /* network byte order; gateway 0: no default route this way */
    uint8_t prefix;
};

struct spec {
    char *text; /* that the values lie in */
    size_t text_bytes;
    const char *hostname;
    uint32_t id_base, id_count;
    bool id_mapped_layers;
    bool read_only_root;
    uint64_t shm_bytes;
    const char *layers[LAYERS_MAX]; /* lowest first */
    size_t layer_count;
    struct mount_spec mounts[MOUNTS_MAX];
    size_t mount_count;
    char **argv, **envp; /* with a terminating NULL */
    size_t arg_count, env_count;
    const char *workdir, *user;
    const char *groups[GROUPS_MAX]; /* further ones: names or ids */
    size_t group_count;
    const char *oom_score;            /* NULL: as inherited, but not below 0 */
    const char *sysctls[SYSCTLS_MAX]; /* `PATH VALUE`, the path below /proc/sys */
    size_t sysctl_count;
    bool terminal, stdin_open; /* whether it has a terminal, an input that is kept open */
    uint16_t terminal_rows, terminal_columns;
    uint64_t capabilities;
    struct filter_spec filters[FILTERS_MAX]; /* in the order of loading */
    size_t filter_count;
    struct limit_spec limits[LIMITS_MAX];
    size_t limit_count;
    const char *procs[PROCS_MAX]; /* files that take the pid of the first process */
    size_t procs_count;
    const char *cgroup_dir; /* for CLONE_INTO_CGROUP; NULL: none */
    bool cgroup_v2;
    const char *oom_file, *oom_key;
    struct network_spec networks[NETWORKS_MAX]; /* eth0, eth1, … */
    size_t network_count;
    bool host_network; /* no network namespace of its own */
    uint64_t log_bytes;
    unsigned log_files;
    uint64_t log_cpu_micros; /* processor time for logging, per 100 ms; 0: no limit */
};

/* Reads an open file. 0, or -1 with errno and a detail. */
int spec_read(int file, struct spec *spec);

/* The same of a text, which is changed and has to stay. */
int spec_parse(struct spec *spec, char *text, size_t length);

/* Whether there is what a sandbox needs that is made ahead, and what one needs that starts. */
int spec_check_standing(const struct spec *spec);
int spec_check(const struct spec *spec);

/* Forgets what was read. */
void spec_free(struct spec *spec);
