/*
 * `<RFC 3339 time> <stdout|stderr> <F|P> <bytes>`: F when the bytes were followed by a newline, P
 * when not (the line is longer than 16 KiB, or the output ended within it). So the output can be
 * put together again byte by byte.
 */
#define _GNU_SOURCE
#include "log.h"

#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_BYTES_MAX = 64 };

static const uint64_t RETRY_NS = 1000000000;

static void open_file(struct log *log) {
    struct stat stat;
    if (mkdirat(log->directory, "log", 0700) && errno != EEXIST) {
        log->error = errno;
        return;
    }
    log->file = openat(log->directory, "log/log",
                       O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log->file < 0) {
        log->error = errno;
        return;
    }
    log->size = fstat(log->file, &stat) ? 0 : (uint64_t)stat.st_size;
}

void log_open(struct log *log, int directory, uint64_t size_max, unsigned files) {
    log->directory = directory;
    log->size_max = size_max;
    log->files = files;
    log->file = -1;
    open_file(log);
}

/* log.1 becomes log.2 and so on; what goes beyond the number of files is overwritten. */
static void rotate(struct log *log) {
    char from[32], to[32];
    close(log->file);
    log->file = -1;
    for (unsigned i = log->files - 1; i > 0; i--) {
        snprintf(to, sizeof to, "log/log.%u", i);
        if (i > 1) {
            snprintf(from, sizeof from, "log/log.%u", i - 1);
        } else {
            snprintf(from, sizeof from, "log/log");
        }
        renameat(log->directory, from, log->directory, to); /* fails where there is none yet */
    }
    if (log->files == 1) {
        unlinkat(log->directory, "log/log", 0);
    }
    open_file(log);
}

/* Clocks may be set back, the log's time goes on. */
static uint64_t next_time(struct log *log) {
    uint64_t now = now_ns();
    log->time_ns = now > log->time_ns ? now : log->time_ns + 1;
    return log->time_ns;
}

static size_t format_header(struct log *log, char *out, const char *stream, char tag) {
    const uint64_t second_ns = 1000000000;
    uint64_t now = next_time(log);
    time_t seconds = (time_t)(now / second_ns);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return (size_t)snprintf(out, HEADER_BYTES_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ %s %c ",
                            tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                            tm.tm_sec, (long)(now % second_ns), stream, tag);
}

/* Writes all or nothing, so that no torn line stays. */
static bool write_whole(struct log *log, const char *bytes, size_t length) {
    ssize_t n = log->file < 0 ? -1 : write(log->file, bytes, length);
    if (n == (ssize_t)length) {
        log->size += length;
        return true;
    }
    log->error = log->file < 0 ? log->error : n < 0 ? errno : ENOSPC;
    if (n > 0 && ftruncate(log->file, (off_t)log->size)) {
        log->error = errno;
    }
    return false;
}

/* When writing works again, the log says what is missing. */
static bool recovered(struct log *log) {
    char note[256];
    if (!log->dropped) {
        return true;
    }
    uint64_t now = now_ns();
    if (now < log->retry_ns) {
        return false;
    }
    log->retry_ns = now + RETRY_NS;
    if (log->file < 0) {
        open_file(log);
    }
    size_t length = format_header(log, note, "stderr", 'F');
    length += (size_t)snprintf(note + length, sizeof note - length,
                               "gantry: %llu bytes of output are missing here: %s\n",
                               (unsigned long long)log->dropped, strerror(log->error));
    if (!write_whole(log, note, length)) {
        return false;
    }
    log->dropped = 0;
    return true;
}

/* How much of what is buffered the file can still take, in whole entries. */
static size_t fitting(const struct log *log) {
    if (log->file < 0 || log->size + log->buffered <= log->size_max) {
        return log->buffered;
    }
    if (log->size >= log->size_max) {
        return 0;
    }
    const char *end = memrchr(log->buffer, '\n', (size_t)(log->size_max - log->size));
    return end ? (size_t)(end + 1 - log->buffer) : 0;
}

static void write_entries(struct log *log, const char *bytes, size_t length) {
    if (length && (!recovered(log) || !write_whole(log, bytes, length))) {
        log->dropped += length;
    }
}

/* A file is filled before the next is begun: however the output came, as much of it is kept. */
void log_flush(struct log *log) {
    size_t fits = fitting(log);
    write_entries(log, log->buffer, fits);
    if (fits < log->buffered) {
        if (log->file >= 0 && log->size) {
            rotate(log);
        }
        write_entries(log, log->buffer + fits, log->buffered - fits);
    }
    log->buffered = 0;
}

/* The time of a batch is that of its reading: one clock call for many lines. */
struct batch {
    char full[HEADER_BYTES_MAX], part[HEADER_BYTES_MAX];
    size_t length;
};

static void begin_batch(struct log *log, struct batch *batch, const struct stream *stream) {
    batch->length = format_header(log, batch->full, stream->name, 'F');
    memcpy(batch->part, batch->full, sizeof batch->part);
    batch->part[batch->length - 2] = 'P';
}

static void append(struct log *log, const char *bytes, size_t length) {
    memcpy(log->buffer + log->buffered, bytes, length);
    log->buffered += length;
}

/* One entry: what is pending of the line, then these bytes. */
static void entry(struct log *log, struct stream *stream, const struct batch *batch, bool full,
                  const char *bytes, size_t length) {
    if (log->buffered + batch->length + stream->pending + length + 1 > sizeof log->buffer) {
        log_flush(log);
    }
    append(log, full ? batch->full : batch->part, batch->length);
    append(log, stream->line, stream->pending);
    append(log, bytes, length);
    append(log, "\n", 1);
    stream->pending = 0;
}

void log_write(struct log *log, struct stream *stream, const char *bytes, size_t length) {
    struct batch batch;
    begin_batch(log, &batch, stream);
    while (length) {
        const char *newline = memchr(bytes, '\n', length);
        size_t piece = newline ? (size_t)(newline - bytes) : length;
        size_t room = sizeof stream->line - stream->pending;
        if (piece > room) {
            entry(log, stream, &batch, false, bytes, room);
            bytes += room;
            length -= room;
            continue;
        }
        if (newline) {
            entry(log, stream, &batch, true, bytes, piece);
            piece++;
        } else {
            memcpy(stream->line + stream->pending, bytes, piece);
            stream->pending += piece;
        }
        bytes += piece;
        length -= piece;
    }
}

void log_finish(struct log *log, struct stream *stream) {
    if (stream->pending) {
        struct batch batch;
        begin_batch(log, &batch, stream);
        entry(log, stream, &batch, false, "", 0);
    }
    log_flush(log);
}

uint64_t log_mark(struct log *log, struct stream *streams, size_t count) {
    for (size_t i = 0; i < count; i++) {
        log_finish(log, &streams[i]);
    }
    return next_time(log);
}
