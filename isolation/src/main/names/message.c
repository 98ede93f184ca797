#include "message.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    ANSWER = 0x80,        /* of the first flag byte */
    OPCODE = 0x78,        /* of it */
    AUTHORITATIVE = 0x04, /* of it */
    TRUNCATED = 0x02,     /* of it */
    WANTED = 0x01,        /* of it: recursion desired */
    AVAILABLE = 0x80,     /* of the second: recursion */
    POINTER = 0xc0,
    LABEL_MAX = 63,
    OPT_BYTES = 11,
};

static uint16_t get16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void set16(uint8_t *at, uint16_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static bool belongs_in_name(uint8_t byte) {
    return isalnum(byte) || byte == '-' || byte == '_';
}

/* Reads the name at an offset; 0, or -1 when it is none. A question's name is never compressed. */
static int read_name(const uint8_t *message, size_t length, size_t *at, struct question *question) {
    size_t start = *at, written = 0;
    question->plain = true;
    while (true) {
        if (*at >= length) {
            return -1;
        }
        size_t label = message[(*at)++];
        if (label == 0) {
            question->name[written ? written - 1 : 0] = 0; /* over the last dot */
            return 0;
        }
        if (label > LABEL_MAX || *at + label >= length || *at + label - start >= NAME_MAX_BYTES) {
            return -1;
        }
        for (size_t i = 0; i < label; i++) {
            uint8_t byte = message[*at + i];
            /* "a.b" in one label must not be taken for two. */
            question->plain &= belongs_in_name(byte);
            question->name[written++] = (char)tolower(byte ? byte : '?');
        }
        question->name[written++] = '.';
        *at += label;
    }
}

/* What follows a question may be an OPT record, which says how long an answer may be. */
static void read_edns(const uint8_t *message, size_t length, struct question *question) {
    size_t at = question->end;
    question->edns = false;
    question->udp_limit = UDP_PLAIN_MAX;
    if (get16(message + 6) || get16(message + 8) || !get16(message + 10) ||
        at + OPT_BYTES > length || message[at] != 0 || get16(message + at + 1) != TYPE_OPT) {
        return;
    }
    size_t wanted = get16(message + at + 3);
    question->edns = true;
    if (wanted > UDP_PLAIN_MAX) {
        question->udp_limit = wanted < UDP_MAX ? wanted : UDP_MAX;
    }
}

int read_query(const uint8_t *message, size_t length, struct question *question) {
    if (length < HEADER_BYTES || message[2] & ANSWER) {
        return -1;
    }
    if (message[2] & OPCODE) {
        return RCODE_NOT_IMPLEMENTED;
    }
    size_t at = HEADER_BYTES;
    if (get16(message + 4) != 1 || read_name(message, length, &at, question) || at + 4 > length) {
        return RCODE_FORMAT;
    }
    question->type = get16(message + at);
    question->class = get16(message + at + 2);
    question->end = at + 4;
    read_edns(message, length, question);
    return RCODE_OK;
}

void begin_answer(struct answer *answer, const uint8_t *query, const struct question *question,
                  size_t limit) {
    memcpy(answer->message, query, question->end);
    answer->length = question->end;
    answer->limit = limit - (question->edns ? OPT_BYTES : 0);
    answer->count = 0;
    answer->full = false;
}

/* A record about the name of the question. */
static uint8_t *add_record(struct answer *answer, uint16_t type, size_t data_length) {
    size_t length = 12 + data_length;
    if (answer->length + length > answer->limit || answer->count == UINT16_MAX) {
        answer->full = true;
        return NULL;
    }
    uint8_t *at = answer->message + answer->length;
    set16(at, POINTER << 8 | HEADER_BYTES);
    set16(at + 2, type);
    set16(at + 4, CLASS_IN);
    set16(at + 6, 0);
    set16(at + 8, TTL_SECONDS);
    set16(at + 10, (uint16_t)data_length);
    answer->length += length;
    answer->count++;
    return at + 12;
}

void add_address(struct answer *answer, uint32_t address) {
    uint8_t *data = add_record(answer, TYPE_A, sizeof address);
    if (data) {
        memcpy(data, &address, sizeof address);
    }
}

/* A name's labels, or 0 when it is none. */
static size_t encode_name(uint8_t out[NAME_MAX_BYTES], const char *name) {
    size_t length = 0;
    while (*name) {
        size_t label = strcspn(name, ".");
        if (label == 0 || label > LABEL_MAX || length + label + 2 > NAME_MAX_BYTES) {
            return 0;
        }
        out[length++] = (uint8_t)label;
        memcpy(out + length, name, label);
        length += label;
        name += label + (name[label] == '.');
    }
    out[length++] = 0;
    return length;
}

void add_pointer(struct answer *answer, const char *name) {
    uint8_t encoded[NAME_MAX_BYTES];
    size_t length = encode_name(encoded, name);
    uint8_t *data = length ? add_record(answer, TYPE_PTR, length) : NULL;
    if (data) {
        memcpy(data, encoded, length);
    }
}

void end_answer(struct answer *answer, const struct question *question, int rcode) {
    uint8_t *header = answer->message;
    header[2] = (uint8_t)(ANSWER | AUTHORITATIVE | (header[2] & WANTED) |
                          (answer->full ? TRUNCATED : 0));
    header[3] = (uint8_t)(AVAILABLE | rcode);
    set16(header + 6, answer->count);
    set16(header + 8, 0);
    set16(header + 10, question->edns);
    if (question->edns) {
        uint8_t *opt = answer->message + answer->length;
        memset(opt, 0, OPT_BYTES);
        set16(opt + 1, TYPE_OPT);
        set16(opt + 3, UDP_MAX);
        answer->length += OPT_BYTES;
    }
}

size_t refuse(uint8_t *message, int rcode) {
    message[2] = (uint8_t)(ANSWER | (message[2] & (OPCODE | WANTED)));
    message[3] = (uint8_t)(AVAILABLE | rcode);
    memset(message + 4, 0, HEADER_BYTES - 4);
    return HEADER_BYTES;
}

size_t truncate_answer(uint8_t *message, size_t question_end) {
    message[2] |= TRUNCATED;
    memset(message + 6, 0, HEADER_BYTES - 6);
    return question_end;
}

bool answers(const uint8_t *message, size_t length, const uint8_t *query,
             const struct question *question, uint16_t id) {
    if (length < question->end || !(message[2] & ANSWER) || get16(message) != id ||
        get16(message + 4) != 1) {
        return false;
    }
    for (size_t i = HEADER_BYTES; i < question->end; i++) {
        if (tolower(message[i]) != tolower(query[i])) {
            return false;
        }
    }
    return true;
}

int rcode_of(const uint8_t *message) {
    return message[3] & 0x0f;
}

uint16_t id_of(const uint8_t *message) {
    return get16(message);
}

void set_id(uint8_t *message, uint16_t id) {
    set16(message, id);
}

bool reverse_address(const char *name, uint32_t *address) {
    unsigned d, c, b, a;
    int end = 0;
    if (sscanf(name, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &d, &c, &b, &a, &end) != 4 || !end ||
        name[end] || a > 255 || b > 255 || c > 255 || d > 255) {
        return false;
    }
    *address = htonl(a << 24 | b << 16 | c << 8 | d);
    return true;
}
