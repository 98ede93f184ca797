/* What is known here: the names of the runs on the asker's networks. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

static const struct zone *zone_of(const char *file) {
    for (size_t i = 0; i < BRIDGES_MAX; i++) {
        if (!strcmp(bridges[i].file, file)) {
            return &bridges[i].zone;
        }
    }
    return NULL;
}

/* Visits the asker's own zone, then those in which it is at home, too; NULL: no more. */
static const struct zone *next_zone(const struct zone *own, uint32_t client, size_t *at) {
    if (*at == 0) {
        *at = 1;
        return own;
    }
    while (*at <= own->also_count) {
        const struct also *also = &own->also[(*at)++ - 1];
        const struct zone *zone = also->client == client ? zone_of(also->zone) : NULL;
        if (zone) {
            return zone;
        }
    }
    return NULL;
}

/* Every answer begins with another address, so that clients spread over all. */
static void add_rotated(struct answer *answer, const uint32_t *addresses, size_t count) {
    static unsigned turn;
    turn++;
    for (size_t i = 0; i < count; i++) {
        add_address(answer, addresses[(i + turn) % count]);
    }
}

static bool answer_addresses(const struct zone *own, uint32_t client,
                             const struct question *question, struct answer *answer) {
    static uint32_t addresses[ADDRESSES_MAX];
    char name[NAME_TEXT];
    const struct zone *zone;
    size_t count = 0;
    for (size_t at = 0; (zone = next_zone(own, client, &at));) {
        strip_domain(zone, question->name, name, sizeof name);
        count = find_addresses(zone, name, addresses, count, ADDRESSES_MAX);
    }
    if (count == 0) {
        return false;
    }
    if (question->type == TYPE_A || question->type == TYPE_ANY) {
        add_rotated(answer, addresses, count);
    }
    end_answer(answer, question, RCODE_OK); /* no record of other types: the name is there */
    return true;
}

static bool answer_reverse(const struct zone *own, uint32_t client, const struct question *question,
                           struct answer *answer) {
    uint32_t address;
    if (question->type != TYPE_PTR || !reverse_address(question->name, &address)) {
        return false;
    }
    const struct zone *zone;
    bool ours = false;
    for (size_t at = 0; (zone = next_zone(own, client, &at));) {
        const char *name = find_name(zone, address);
        if (name) {
            add_pointer(answer, name);
            end_answer(answer, question, RCODE_OK);
            return true;
        }
        ours |= is_member(zone, address);
    }
    if (ours) {
        end_answer(answer, question, RCODE_NO_NAME);
    }
    return ours;
}

enum outcome resolve(const struct asker *asker, const uint8_t *query, size_t length,
                     struct question *question, struct answer *answer) {
    const struct zone *zone = &asker->bridge->zone;
    uint32_t client = asker->address.sin_addr.s_addr;
    if (!is_member(zone, client)) {
        return SILENCE;
    }
    int rcode = read_query(query, length, question);
    if (rcode < 0) {
        return SILENCE;
    }
    if (rcode != RCODE_OK) {
        memcpy(answer->message, query, HEADER_BYTES);
        answer->length = refuse(answer->message, rcode);
        return ANSWERED;
    }
    begin_answer(answer, query, question, asker->stream ? STREAM_MAX : question->udp_limit);
    bool known = question->plain && question->class == CLASS_IN &&
                 (answer_addresses(zone, client, question, answer) ||
                  answer_reverse(zone, client, question, answer));
    return known ? ANSWERED : ASK_OTHERS;
}
