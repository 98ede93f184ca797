/*
 * The specification is a list of netstrings with a name before each: `arg 4:echo\n`. Lengths rule,
 * so that values may hold anything; the newline after a value becomes its terminating NUL, so that
 * nothing is copied.
 */
#include "spec.h"

#include "stage.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct value {
    char *text;
    size_t length;
};

static int put(const char **list, size_t *count, size_t max, const char *text) {
    if (*count == max) {
        errno = E2BIG;
        return -1;
    }
    list[(*count)++] = text;
    return 0;
}

static int number(const char *text, uint64_t max, uint64_t *out) {
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || n > max) {
        errno = EINVAL;
        return -1;
    }
    *out = n;
    return 0;
}

static int number32(const char *text, uint32_t *out) {
    uint64_t n;
    if (number(text, UINT32_MAX, &n)) {
        return -1;
    }
    *out = (uint32_t)n;
    return 0;
}

static int flag(const char *text, bool *out) {
    uint64_t n;
    if (number(text, 1, &n)) {
        return -1;
    }
    *out = n;
    return 0;
}

static int bits(const char *text, uint64_t *out) {
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 16);
    if (errno || end == text || *end) {
        errno = EINVAL;
        return -1;
    }
    return 0;
}

static int mac(const char *text, uint8_t *out) {
    return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", out, out + 1, out + 2, out + 3, out + 4,
                  out + 5) == 6
               ? 0
               : failed_as(EINVAL, text);
}

static int ipv4(const char *text, uint32_t *out) {
    return inet_pton(AF_INET, text, out) == 1 ? 0 : failed_as(EINVAL, text);
}

static int terminal_size(struct spec *spec, const char *text) {
    return sscanf(text, "%hu %hu", &spec->terminal_rows, &spec->terminal_columns) == 2
               ? 0
               : failed_as(EINVAL, text);
}

static int rlimit(struct spec *spec, const char *text) {
    unsigned long soft, hard;
    int resource;
    if (spec->limit_count == LIMITS_MAX ||
        sscanf(text, "%d %lu %lu", &resource, &soft, &hard) != 3) {
        errno = EINVAL;
        return -1;
    }
    spec->limits[spec->limit_count++] = (struct limit_spec){resource, {soft, hard}};
    return 0;
}

static int new_mount(struct spec *spec, enum mount_kind kind, const char *target) {
    if (spec->mount_count == MOUNTS_MAX) {
        errno = E2BIG;
        return -1;
    }
    spec->mounts[spec->mount_count++] =
        (struct mount_spec){.kind = kind, .target = target, .options = ""};
    return 0;
}

static int take_mount(struct spec *spec, const char *key, const char *text) {
    if (!strcmp(key, "bind")) {
        return new_mount(spec, MOUNT_BIND, text);
    }
    if (!strcmp(key, "tmpfs")) {
        return new_mount(spec, MOUNT_TMPFS, text);
    }
    if (spec->mount_count == 0) {
        return failed_as(EINVAL, key);
    }
    struct mount_spec *mount = &spec->mounts[spec->mount_count - 1];
    if (!strcmp(key, "source")) {
        mount->source = text;
    } else if (!strcmp(key, "beneath")) {
        mount->beneath = text;
    } else if (!strcmp(key, "options")) {
        mount->options = text;
    } else if (!strcmp(key, "readonly")) {
        return flag(text, &mount->read_only);
    } else if (!strcmp(key, "idmap")) {
        return flag(text, &mount->id_mapped);
    } else {
        return failed_as(EINVAL, key);
    }
    return 0;
}

static int new_network(struct spec *spec, const char *bridge) {
    if (spec->network_count == NETWORKS_MAX) {
        errno = E2BIG;
        return -1;
    }
    spec->networks[spec->network_count++] = (struct network_spec){.bridge = bridge};
    return 0;
}

static int take_network(struct spec *spec, const char *key, const char *text) {
    uint64_t n;
    if (!strcmp(key, "bridge")) {
        return new_network(spec, text);
    }
    if (!strcmp(key, "of-host")) {
        return flag(text, &spec->host_network);
    }
    if (spec->network_count == 0) {
        return failed_as(EINVAL, key);
    }
    struct network_spec *network = &spec->networks[spec->network_count - 1];
    if (!strcmp(key, "host")) {
        network->host_interface = text;
    } else if (!strcmp(key, "mac")) {
        return mac(text, network->mac);
    } else if (!strcmp(key, "address")) {
        return ipv4(text, &network->address);
    } else if (!strcmp(key, "gateway")) {
        return ipv4(text, &network->gateway);
    } else if (!strcmp(key, "prefix")) {
        if (number(text, 31, &n)) {
            return -1;
        }
        network->prefix = (uint8_t)n;
    } else {
        return failed_as(EINVAL, key);
    }
    return 0;
}

static int new_filter(struct spec *spec, struct value value) {
    if (spec->filter_count == FILTERS_MAX) {
        errno = E2BIG;
        return -1;
    }
    spec->filters[spec->filter_count++] = (struct filter_spec){value.text, value.length};
    return 0;
}

static int take_process(struct spec *spec, const char *key, struct value value) {
    if (!strcmp(key, "arg")) {
        spec->argv[spec->arg_count++] = value.text;
    } else if (!strcmp(key, "env")) {
        spec->envp[spec->env_count++] = value.text;
    } else if (!strcmp(key, "workdir")) {
        spec->workdir = value.text;
    } else if (!strcmp(key, "user")) {
        spec->user = value.text;
    } else if (!strcmp(key, "hostname")) {
        spec->hostname = value.text;
    } else if (!strcmp(key, "capabilities")) {
        return bits(value.text, &spec->capabilities);
    } else if (!strcmp(key, "seccomp")) {
        return new_filter(spec, value);
    } else if (!strcmp(key, "oom-score")) {
        spec->oom_score = value.text;
    } else if (!strcmp(key, "group")) {
        return put(spec->groups, &spec->group_count, GROUPS_MAX, value.text);
    } else if (!strcmp(key, "sysctl")) {
        return put(spec->sysctls, &spec->sysctl_count, SYSCTLS_MAX, value.text);
    } else if (!strcmp(key, "terminal")) {
        return flag(value.text, &spec->terminal);
    } else if (!strcmp(key, "terminal-size")) {
        return terminal_size(spec, value.text);
    } else if (!strcmp(key, "stdin")) {
        return flag(value.text, &spec->stdin_open);
    } else if (!strcmp(key, "rlimit")) {
        return rlimit(spec, value.text);
    } else {
        return failed_as(EINVAL, key);
    }
    return 0;
}

static int take_cgroup(struct spec *spec, const char *key, const char *text) {
    if (!strcmp(key, "procs")) {
        return put(spec->procs, &spec->procs_count, PROCS_MAX, text);
    }
    if (!strcmp(key, "clone")) {
        spec->cgroup_dir = text;
    } else if (!strcmp(key, "v2")) {
        return flag(text, &spec->cgroup_v2);
    } else if (!strcmp(key, "oom-file")) {
        spec->oom_file = text;
    } else if (!strcmp(key, "oom-key")) {
        spec->oom_key = text;
    } else {
        return failed_as(EINVAL, key);
    }
    return 0;
}

static int take_root(struct spec *spec, const char *key, const char *text) {
    if (!strcmp(key, "id-base")) {
        return number32(text, &spec->id_base);
    }
    if (!strcmp(key, "id-count")) {
        return number32(text, &spec->id_count);
    }
    if (!strcmp(key, "layer")) {
        return put(spec->layers, &spec->layer_count, LAYERS_MAX, text);
    }
    if (!strcmp(key, "idmap")) {
        return flag(text, &spec->id_mapped_layers);
    }
    if (!strcmp(key, "readonly")) {
        return flag(text, &spec->read_only_root);
    }
    if (!strcmp(key, "shm-bytes")) {
        return number(text, UINT64_MAX, &spec->shm_bytes);
    }
    return failed_as(EINVAL, key);
}

static int take_log(struct spec *spec, const char *key, const char *text) {
    uint64_t n;
    if (!strcmp(key, "bytes")) {
        return number(text, UINT64_MAX, &spec->log_bytes);
    }
    if (!strcmp(key, "cpu-micros")) {
        return number(text, UINT64_MAX, &spec->log_cpu_micros);
    }
    if (!strcmp(key, "files")) {
        if (number(text, 1000, &n) || n == 0) {
            return failed_as(EINVAL, text);
        }
        spec->log_files = (unsigned)n;
        return 0;
    }
    return failed_as(EINVAL, key);
}

static const char *after(const char *key, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(key, prefix, length) ? NULL : key + length;
}

static int take(struct spec *spec, const char *key, struct value value) {
    const char *rest;
    if (strcmp(key, "process.seccomp") && strlen(value.text) != value.length) {
        return failed_as(EINVAL, key); /* a NUL inside */
    }
    if ((rest = after(key, "root."))) {
        return take_root(spec, rest, value.text);
    }
    if ((rest = after(key, "mount."))) {
        return take_mount(spec, rest, value.text);
    }
    if ((rest = after(key, "process."))) {
        return take_process(spec, rest, value);
    }
    if ((rest = after(key, "cgroup."))) {
        return take_cgroup(spec, rest, value.text);
    }
    if ((rest = after(key, "network."))) {
        return take_network(spec, rest, value.text);
    }
    if ((rest = after(key, "log."))) {
        return take_log(spec, rest, value.text);
    }
    return strcmp(key, "id") ? failed_as(EINVAL, key) : 0; /* the id is for people */
}

/* Cuts the next `name length:value\n` off the text. */
static int next_entry(char **at, char *end, char **key, struct value *value) {
    char *space = memchr(*at, ' ', (size_t)(end - *at));
    char *colon = space ? memchr(space, ':', (size_t)(end - space)) : NULL;
    if (!colon) {
        return failed_as(EINVAL, "no 'name length:' in the specification");
    }
    uint64_t length;
    *space = *colon = 0;
    *key = *at;
    if (number(space + 1, (uint64_t)(end - colon), &length) || end - colon - 1 <= (long)length ||
        colon[1 + length] != '\n') {
        return failed_as(EINVAL, *key);
    }
    colon[1 + length] = 0;
    *value = (struct value){colon + 1, length};
    *at = colon + length + 2;
    return 0;
}

static int parse(struct spec *spec, char *text, size_t length) {
    char *end = text + length;
    while (text < end) {
        char *key = NULL;
        struct value value = {NULL, 0};
        if (next_entry(&text, end, &key, &value)) {
            return -1;
        }
        if (take(spec, key, value)) {
            return failed(key);
        }
    }
    return 0;
}

static size_t lines(const char *text, size_t length) {
    size_t count = 1;
    for (size_t i = 0; i < length; i++) {
        count += text[i] == '\n';
    }
    return count;
}

int spec_check_standing(const struct spec *spec) {
    if (!spec->id_base || !spec->id_count || (spec->oom_file && !spec->oom_key)) {
        return failed_as(EINVAL, "the specification is incomplete");
    }
    return 0;
}

int spec_check(const struct spec *spec) {
    if (!spec->arg_count || !spec->hostname || !spec->layer_count || !spec->shm_bytes ||
        !spec->log_files) {
        return failed_as(EINVAL, "the specification is incomplete");
    }
    for (size_t i = 0; i < spec->mount_count; i++) {
        if (spec->mounts[i].kind == MOUNT_BIND && !spec->mounts[i].source) {
            return failed_as(EINVAL, spec->mounts[i].target);
        }
    }
    for (size_t i = 0; i < spec->network_count; i++) {
        if (!spec->networks[i].host_interface || !spec->networks[i].address || spec->host_network) {
            return failed_as(EINVAL, spec->networks[i].bridge);
        }
    }
    return 0;
}

static char *map_file(int file, size_t *length) {
    struct stat stat;
    char *text = NULL;
    if (fstat(file, &stat) || stat.st_size == 0 || stat.st_size > SPEC_BYTES_MAX) {
        errno = EFBIG;
    } else {
        *length = (size_t)stat.st_size;
        text = mmap(NULL, *length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    }
    return text == MAP_FAILED ? NULL : text;
}

int spec_parse(struct spec *spec, char *text, size_t length) {
    /* No more arguments than lines; two more variables (HOME, TERM) may come, and a NULL. */
    size_t most = lines(text, length);
    spec->workdir = spec->user = "";
    spec->argv = calloc(most + 1, sizeof(char *));
    spec->envp = calloc(most + 3, sizeof(char *));
    return spec->argv && spec->envp ? parse(spec, text, length) : -1;
}

int spec_read(int file, struct spec *spec) {
    *spec = (struct spec){.workdir = "", .user = ""};
    spec->text = map_file(file, &spec->text_bytes);
    if (!spec->text) {
        return failed("spec");
    }
    return spec_parse(spec, spec->text, spec->text_bytes);
}

void spec_free(struct spec *spec) {
    free(spec->argv);
    free(spec->envp);
    if (spec->text) {
        munmap(spec->text, spec->text_bytes);
    }
    *spec = (struct spec){0};
}
