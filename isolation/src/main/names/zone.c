#define _GNU_SOURCE
#include "zone.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *read_file(int directory, const char *file) {
    int descriptor = openat(directory, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        return NULL;
    }
    struct stat stat;
    char *text = NULL;
    if (!fstat(descriptor, &stat) && S_ISREG(stat.st_mode) && stat.st_size <= ZONE_BYTES_MAX) {
        size_t length = (size_t)stat.st_size, have = 0;
        text = malloc(length + 1);
        while (text && have < length) {
            ssize_t n = read(descriptor, text + have, length - have);
            if (n <= 0) {
                free(text);
                text = NULL;
                break;
            }
            have += (size_t)n;
        }
        if (text) {
            text[length] = 0;
        }
    }
    close(descriptor);
    return text;
}

static size_t count_lines(const char *text) {
    size_t count = 1;
    while ((text = strchr(text, '\n'))) {
        text++;
        count++;
    }
    return count;
}

static bool address_of(const char *text, uint32_t *address) {
    return text && inet_pton(AF_INET, text, address) == 1;
}

static char *lower(char *text) {
    for (char *at = text; *at; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    return text;
}

static bool take_listen(struct zone *zone, const char *address, const char *prefix) {
    zone->prefix = prefix ? (unsigned)atoi(prefix) : 0;
    return address_of(address, &zone->listen) && zone->prefix >= 8 && zone->prefix <= 30;
}

static bool take_upstream(struct zone *zone, const char *server, const char *client) {
    struct upstream *upstream = &zone->upstreams[zone->upstream_count++];
    upstream->client = 0;
    return address_of(server, &upstream->server) &&
           (!client || address_of(client, &upstream->client));
}

static bool take_also(struct zone *zone, const char *client, const char *other) {
    struct also *also = &zone->also[zone->also_count++];
    also->zone = other;
    return other && strlen(other) < ZONE_NAME_MAX && address_of(client, &also->client);
}

static bool take_name(struct zone *zone, char *name, const char *address) {
    struct name *entry = &zone->names[zone->name_count++];
    entry->text = name ? lower(name) : "";
    return name && address_of(address, &entry->address);
}

static bool take_line(struct zone *zone, char *line) {
    char *rest = line;
    const char *key = strsep(&rest, " ");
    char *first = rest ? strsep(&rest, " ") : NULL;
    const char *second = rest;
    if (!*key) {
        return !first;
    }
    if (!strcmp(key, "listen")) {
        return take_listen(zone, first, second);
    }
    if (!strcmp(key, "domain")) {
        zone->domain = first ? lower(first) : "";
        return true;
    }
    if (!strcmp(key, "upstream")) {
        return take_upstream(zone, first, second);
    }
    if (!strcmp(key, "also")) {
        return take_also(zone, first, second);
    }
    return !strcmp(key, "name") && take_name(zone, first, second);
}

bool read_zone(int directory, const char *file, struct zone *zone) {
    *zone = (struct zone){.domain = "", .text = read_file(directory, file)};
    if (!zone->text) {
        return false;
    }
    size_t lines = count_lines(zone->text);
    zone->names = calloc(lines, sizeof *zone->names);
    zone->upstreams = calloc(lines, sizeof *zone->upstreams);
    zone->also = calloc(lines, sizeof *zone->also);
    bool fine = zone->names && zone->upstreams && zone->also;
    char *rest = zone->text;
    while (fine && rest) {
        fine = take_line(zone, strsep(&rest, "\n"));
    }
    if (!fine || !zone->listen) {
        free_zone(zone);
        return false;
    }
    return true;
}

void free_zone(struct zone *zone) {
    free(zone->text);
    free(zone->names);
    free(zone->upstreams);
    free(zone->also);
    *zone = (struct zone){0};
}

bool is_member(const struct zone *zone, uint32_t address) {
    return (ntohl(address) ^ ntohl(zone->listen)) >> (32 - zone->prefix) == 0;
}

size_t servers_for(const struct zone *zone, uint32_t client, uint32_t servers[SERVERS_MAX]) {
    size_t count = 0;
    for (uint32_t whose = client;; whose = 0) {
        for (size_t i = 0; i < zone->upstream_count && count < SERVERS_MAX; i++) {
            const struct upstream *upstream = &zone->upstreams[i];
            if (upstream->client == whose && upstream->server != zone->listen) {
                servers[count++] = upstream->server;
            }
        }
        if (count || !whose) {
            return count;
        }
    }
}

void strip_domain(const struct zone *zone, const char *question, char *name, size_t size) {
    size_t length = strlen(question), domain = strlen(zone->domain);
    if (domain && length > domain + 1 && question[length - domain - 1] == '.' &&
        !strcmp(question + length - domain, zone->domain)) {
        length -= domain + 1;
    }
    snprintf(name, size, "%.*s", (int)length, question);
}

static bool holds(const uint32_t *addresses, size_t count, uint32_t address) {
    for (size_t i = 0; i < count; i++) {
        if (addresses[i] == address) {
            return true;
        }
    }
    return false;
}

size_t find_addresses(const struct zone *zone, const char *name, uint32_t *addresses, size_t count,
                      size_t max) {
    for (size_t i = 0; i < zone->name_count && count < max; i++) {
        const struct name *entry = &zone->names[i];
        if (!strcmp(entry->text, name) && !holds(addresses, count, entry->address)) {
            addresses[count++] = entry->address;
        }
    }
    return count;
}

const char *find_name(const struct zone *zone, uint32_t address) {
    for (size_t i = 0; i < zone->name_count; i++) {
        if (zone->names[i].address == address) {
            return zone->names[i].text;
        }
    }
    return NULL;
}
