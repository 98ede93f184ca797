/*
 * A zone is a file: what one network's bridge answers. README.md has the format. Zones are replaced
 * as a whole.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ZONE_BYTES_MAX = 8 << 20,
    ZONE_NAME_MAX = 32, /* of its file */
    SERVERS_MAX = 3,    /* resolv.conf(5) reads no more */
};

struct name {
    const char *text; /* lower case */
    uint32_t address; /* network byte order, as all addresses here */
};

struct upstream {
    uint32_t server, client; /* client 0: whoever has none of its own */
};

struct also {
    uint32_t client;
    const char *zone; /* where it is at home, too */
};

struct zone {
    char *text; /* the file; what follows points into it */
    uint32_t listen;
    unsigned prefix;
    const char *domain; /* "" or what names may end with, without a dot */
    struct name *names;
    size_t name_count;
    struct upstream *upstreams;
    size_t upstream_count;
    struct also *also;
    size_t also_count;
};

/* Reads a zone's file; false, with nothing to free, when it is none. */
bool read_zone(int directory, const char *file, struct zone *zone);
void free_zone(struct zone *zone);

/* Whether a host with this address may ask. */
bool is_member(const struct zone *zone, uint32_t address);

/* Whom to ask for the client: how many. */
size_t servers_for(const struct zone *zone, uint32_t client, uint32_t servers[SERVERS_MAX]);

/* The question's name without the zone's domain. */
void strip_domain(const struct zone *zone, const char *question, char *name, size_t size);

/* The addresses of a name, those that are in the list already left out; the new count. */
size_t find_addresses(const struct zone *zone, const char *name, uint32_t *addresses, size_t count,
                      size_t max);

/* The first name of an address, or NULL. */
const char *find_name(const struct zone *zone, uint32_t address);
