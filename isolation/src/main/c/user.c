/*
 * Who the process is, by the image's own /etc/passwd and /etc/group. The C library's functions for
 * this are of no use in a static program, and these files are hostile: too long lines are skipped.
 */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 16 << 10, FILE_BYTES_MAX = 16 << 20, FIELDS_MAX = 8 };

/* Handles one line, cut at its colons; returns whether that was all it wanted to know. */
typedef bool line_reader(char **fields, size_t count, void *context);

static size_t split(char *line, char **fields) {
    size_t count = 0;
    for (char *rest = line, *field; count < FIELDS_MAX && (field = strsep(&rest, ":"));) {
        fields[count++] = field;
    }
    return count;
}

static FILE *open_plain(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat stat;
    if (file >= 0 && !fstat(file, &stat) && S_ISREG(stat.st_mode) &&
        stat.st_size < FILE_BYTES_MAX) {
        return fdopen(file, "r");
    }
    if (file >= 0) {
        close(file);
    }
    return NULL;
}

static void read_lines(const char *path, line_reader *reader, void *context) {
    static char line[LINE_BYTES_MAX];
    FILE *file = open_plain(path);
    if (!file) {
        return;
    }
    bool whole = true;
    while (fgets(line, sizeof line, file)) {
        bool starts = whole;
        char *newline = strchr(line, '\n');
        whole = newline || feof(file);
        if (!starts || !whole) {
            continue;
        }
        if (newline) {
            *newline = 0;
        }
        char *fields[FIELDS_MAX];
        if (reader(fields, split(line, fields), context)) {
            break;
        }
    }
    fclose(file);
}

static bool parse_id(const char *text, uint32_t *id) {
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (errno || end == text || *end || *text < '0' || *text > '9' || n >= UINT32_MAX) {
        return false;
    }
    *id = (uint32_t)n;
    return true;
}

struct search {
    const char *name; /* of the user or group, or a number */
    bool is_id;
    uint32_t id;
    bool found;
    char user[256]; /* the name of the user that was found */
};

static bool matches(struct search *search, const char *name, uint32_t id) {
    return !strcmp(search->name, name) || (search->is_id && search->id == id);
}

/* name:password:uid:gid:gecos:home:shell */
static bool read_user(char **fields, size_t count, void *context) {
    struct search *search = context;
    uint32_t uid, gid;
    if (count < 6 || !parse_id(fields[2], &uid) || !parse_id(fields[3], &gid) ||
        !matches(search, fields[0], uid)) {
        return false;
    }
    identity.uid = uid;
    identity.gid = gid;
    snprintf(identity.home, sizeof identity.home, "%s", fields[5]);
    snprintf(search->user, sizeof search->user, "%s", fields[0]);
    return search->found = true;
}

/* name:password:gid:members */
static bool read_group(char **fields, size_t count, void *context) {
    struct search *search = context;
    uint32_t gid;
    if (count < 3 || !parse_id(fields[2], &gid) || !matches(search, fields[0], gid)) {
        return false;
    }
    search->id = gid;
    return search->found = true;
}

static bool read_membership(char **fields, size_t count, void *context) {
    const struct search *search = context;
    uint32_t gid;
    if (count < 4 || !parse_id(fields[2], &gid)) {
        return false;
    }
    for (char *rest = fields[3], *member; (member = strsep(&rest, ","));) {
        if (!strcmp(member, search->user)) {
            identity.groups[identity.group_count++] = gid;
            break;
        }
    }
    return identity.group_count == COUNT(identity.groups);
}

static struct search search_for(const char *name) {
    struct search search = {.name = name};
    search.is_id = parse_id(name, &search.id);
    return search;
}

/* A number needs no entry. */
static int find_group(const char *name, uint32_t *gid) {
    struct search search = search_for(name);
    read_lines("/etc/group", read_group, &search);
    if (!search.found && !search.is_id) {
        return failed_as(ENOENT, name);
    }
    *gid = search.id;
    return 0;
}

/* The groups that were asked for, whatever the image says of the user. */
static int add_groups(const struct spec *spec) {
    for (size_t i = 0; i < spec->group_count; i++) {
        if (identity.group_count == COUNT(identity.groups)) {
            return failed_as(E2BIG, spec->groups[i]);
        }
        uint32_t *gid = &identity.groups[identity.group_count++];
        if (find_group(spec->groups[i], gid)) {
            return -1;
        }
        if (*gid >= spec->id_count) {
            return failed_as(ERANGE, spec->groups[i]);
        }
    }
    return 0;
}

static int check_range(uint32_t count, const char *name) {
    return identity.uid < count && identity.gid < count ? 0 : failed_as(ERANGE, name);
}

/* As Docker: a group that is named replaces all others of the image; a number needs no entry. */
int find_user(struct shim *shim) {
    char name[512];
    if (snprintf(name, sizeof name, "%s", shim->spec.user) >= (int)sizeof name) {
        return failed_as(ENAMETOOLONG, "user");
    }
    char *group = strchr(name, ':');
    if (group) {
        *group++ = 0;
    }
    struct search search = search_for(*name ? name : "0");
    read_lines("/etc/passwd", read_user, &search);
    if (!search.found && !search.is_id) {
        return failed_as(ENOENT, name);
    }
    if (!search.found) {
        identity.uid = search.id;
        strcpy(identity.home, "/");
    }
    if (group && *group) {
        if (find_group(group, &identity.gid)) {
            return -1;
        }
    } else if (search.found) {
        read_lines("/etc/group", read_membership, &search);
    }
    return add_groups(&shim->spec) ? -1 : check_range(shim->spec.id_count, name);
}
