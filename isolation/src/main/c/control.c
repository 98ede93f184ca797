#define _GNU_SOURCE
#include "control.h"

#include "client.h"
#include "exec.h"
#include "kernel.h"
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum {
    BACKLOG = 64,
    STALL_MS = 1000,   /* so long a client may keep the sandbox's output waiting */
    FAREWELL_MS = 10000,
};

/* A client and what it is here for; a process may outlive its client a little. */
struct conversation {
    struct client *client; /* NULL: it has gone */
    bool attached, with_input;
    bool lags;       /* it misses output, from this time on */
    uint64_t missed; /* nanoseconds, as in the log */
    size_t given;    /* of the frame of input that is being handed on */
    struct process process;
    int watched, watched_input;
};

static int listening = -1, watched_listening;
static struct conversation *conversations[CLIENTS_MAX];
static pid_t *numbers; /* of the processes, shared with their launchers */

/* sun_path is short, a directory's path may not be: so it is named by its descriptor. */
int open_control(struct shim *shim) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control",
             shim->directory);
    unlinkat(shim->directory, "control", 0); /* of a sandbox that was here before */
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0177);
    int result = listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof address) ||
                 listen(listening, BACKLOG);
    umask(mask);
    return result ? failed("control") : 0;
}

/* ---- who comes and goes */

static void refuse(int socket) {
    static const char WHY[] = "control 11 too many clients at this time";
    struct client *client = client_new(socket);
    if (client) {
        client_put(client, TELL_FAILED, WHY, sizeof WHY - 1);
        client_flush(client);
        client_free(client);
    } else {
        close(socket);
    }
}

/* The directory is root's alone; whoever got here otherwise is none of ours. */
static bool is_root(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return !getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) && peer.uid == 0;
}

static struct conversation *seat(size_t index, int socket) {
    struct conversation *conversation = calloc(1, sizeof *conversation);
    struct client *client = conversation ? client_new(socket) : NULL;
    if (!numbers) {
        numbers = mmap(NULL, CLIENTS_MAX * sizeof *numbers, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        numbers = numbers == MAP_FAILED ? NULL : numbers;
    }
    if (!client || !numbers) {
        free(conversation);
        if (client) {
            client_free(client);
        } else {
            close(socket);
        }
        return NULL;
    }
    conversation->client = client;
    conversation->watched = conversation->watched_input = -1;
    process_init(&conversation->process, &numbers[index]);
    return conversation;
}

static void welcome(void) {
    int socket = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
        return;
    }
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (!conversations[i]) {
            if (is_root(socket)) {
                conversations[i] = seat(i, socket);
            } else {
                close(socket);
            }
            return;
        }
    }
    refuse(socket);
}

static void leave(struct conversation *conversation) {
    client_free(conversation->client);
    conversation->client = NULL;
    conversation->attached = false;
    if (conversation->process.state != PROCESS_NONE) {
        process_hang_up(&conversation->process);
    }
}

/* ---- what they ask for */

static void fail(struct client *client, const char *stage, int error, const char *detail) {
    char text[300];
    int length = snprintf(text, sizeof text, "%s %d %s", stage, error, detail);
    client_put(client, TELL_FAILED, text, (size_t)length < sizeof text ? (size_t)length : 299);
    client->ending = true;
}

static void ask_exec(struct shim *shim, struct conversation *conversation) {
    static struct spec asked;
    struct client *client = conversation->client;
    asked = (struct spec){0};
    if (spec_parse(&asked, client->body, client->length) || !asked.arg_count) {
        fail(client, "request", EINVAL, "not a command");
    } else if (process_launch(shim, &conversation->process, &asked)) {
        fail(client, "exec", errno, "no process could be made");
    }
    spec_free(&asked);
}

/* Frames of both ends: everything before this time is in the log, everything after is sent. */
static void tell_missed(struct conversation *conversation, struct output *output) {
    uint64_t times[2] = {htobe64(conversation->missed),
                         htobe64(log_mark(&output->log, output->streams, 2))};
    client_put(conversation->client, TELL_MISSED, times, sizeof times);
    conversation->lags = false;
}

static void ask_attach(struct shim *shim, struct conversation *conversation,
                       struct output *output) {
    struct client *client = conversation->client;
    if (client->length != 2) {
        fail(client, "request", EINVAL, "not a way to attach");
        return;
    }
    conversation->with_input = client->body[0];
    if (conversation->with_input && !shim->spec.stdin_open) {
        fail(client, "attach", ENXIO, "the process was started without an input");
        return;
    }
    conversation->attached = true;
    client_put(client, TELL_BEGUN, "", 0);
    if (client->body[1]) {
        conversation->missed = shim->started_ns;
        tell_missed(conversation, output);
    }
}

static int *input_of(struct shim *shim, struct conversation *conversation) {
    return conversation->attached ? &shim->console : &conversation->process.input;
}

/* Whether all of the frame was taken; what nobody will ever read is. */
static bool give(struct shim *shim, struct conversation *conversation) {
    struct client *client = conversation->client;
    int input = *input_of(shim, conversation);
    if (input < 0 || (conversation->attached && !conversation->with_input)) {
        return true;
    }
    while (conversation->given < client->length) {
        ssize_t n = write(input, client->body + conversation->given,
                          client->length - conversation->given);
        if (n <= 0) {
            return n < 0 && errno != EAGAIN && errno != EINTR;
        }
        conversation->given += (size_t)n;
    }
    return true;
}

static void end_input(struct shim *shim, struct conversation *conversation) {
    if (!conversation->attached) {
        process_end_input(&conversation->process);
    } else if (conversation->with_input && shim->spec.terminal) {
        end_terminal_input(shim->console);
    } else if (conversation->with_input && shim->console >= 0) {
        close(shim->console);
        shim->console = -1;
    }
}

static void resize(struct shim *shim, const struct conversation *conversation) {
    const struct client *client = conversation->client;
    uint16_t size[2];
    bool terminal = conversation->attached ? shim->spec.terminal : conversation->process.terminal;
    int descriptor = conversation->attached ? shim->console : conversation->process.output[0];
    if (terminal && descriptor >= 0 && client->length == sizeof size) {
        memcpy(size, client->body, sizeof size);
        struct winsize window = {.ws_row = ntohs(size[0]), .ws_col = ntohs(size[1])};
        ioctl(descriptor, TIOCSWINSZ, &window);
    }
}

static void send_signal(struct shim *shim, const struct conversation *conversation) {
    const struct client *client = conversation->client;
    int number = client->length == 1 ? client->body[0] : 0;
    if (number < 1 || number > SIGRTMAX) {
        return;
    }
    if (conversation->attached) {
        syscall(SYS_pidfd_send_signal, shim->init_pidfd, number, NULL, 0);
    } else {
        process_signal(&conversation->process, number);
    }
}

/* Whether the frame is done with; false also for what is not to be said now. */
static bool handle(struct shim *shim, struct conversation *conversation, struct output *output) {
    bool busy = conversation->attached || conversation->process.state != PROCESS_NONE;
    switch (conversation->client->head[0]) {
    case ASK_EXEC:
    case ASK_ATTACH:
        if (busy) {
            fail(conversation->client, "request", EALREADY, "one at a time");
        } else if (conversation->client->head[0] == ASK_EXEC) {
            ask_exec(shim, conversation);
        } else {
            ask_attach(shim, conversation, output);
        }
        return true;
    case ASK_INPUT:
        return conversation->process.state != PROCESS_STARTING && give(shim, conversation);
    case ASK_INPUT_END:
        if (conversation->process.state == PROCESS_STARTING) {
            return false;
        }
        end_input(shim, conversation);
        return true;
    case ASK_RESIZE:
        resize(shim, conversation);
        return true;
    case ASK_SIGNAL:
        send_signal(shim, conversation);
        return true;
    default:
        fail(conversation->client, "request", EBADMSG, "nothing that is known");
        return true;
    }
}

/* ---- what attached clients see */

size_t control_room(void) {
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        const struct conversation *each = conversations[i];
        if (each && each->attached && !each->lags) {
            size_t room = client_room(each->client);
            least = room < least ? room : least;
        }
    }
    return least < ROOM_LEAST ? 0 : least;
}

void control_output(int stream, const char *bytes, size_t length) {
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (each && each->attached && !each->lags) {
            client_put(each->client, stream ? TELL_ERROR : TELL_OUTPUT, bytes, length);
        }
    }
}

static void pass_over(struct conversation *conversation, struct output *output) {
    conversation->missed = log_mark(&output->log, output->streams, 2);
    conversation->lags = true;
}

void control_make_room(struct output *output) {
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (each && each->attached && !each->lags && client_room(each->client) < ROOM_LEAST) {
            pass_over(each, output);
        }
    }
}

/*
 * As with Docker a client slows the output down that it takes slowly. One that takes none at all is
 * not waited for: what it misses comes from the log, when it takes some again.
 */
static void catch_up(struct conversation *conversation, struct watches *watches,
                     struct output *output) {
    struct client *client = conversation->client;
    if (conversation->lags && client_drained(client)) {
        tell_missed(conversation, output);
    }
    if (!conversation->lags && client_room(client) < ROOM_LEAST) {
        uint64_t stalled = monotonic_ms() - client->progress_ms;
        if (stalled >= STALL_MS) {
            pass_over(conversation, output);
        } else {
            wake_within(watches, STALL_MS - stalled);
        }
    }
}

/* ---- the round of the loop */

static void watch_client(struct shim *shim, struct conversation *conversation,
                         struct watches *watches) {
    const struct client *client = conversation->client;
    bool pending = client_has_frame(client);
    short events = client_drained(client) ? 0 : POLLOUT;
    events |= pending || client->ending ? 0 : POLLIN;
    conversation->watched = watch(watches, client->socket, events);
    bool starting = conversation->process.state == PROCESS_STARTING;
    conversation->watched_input =
        pending && !starting ? watch(watches, *input_of(shim, conversation), POLLOUT) : -1;
}

void control_watch(struct shim *shim, struct watches *watches, struct output *output, bool rested) {
    watched_listening = watch(watches, listening, POLLIN);
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (!each) {
            continue;
        }
        each->watched = each->watched_input = -1;
        if (each->attached) {
            catch_up(each, watches, output);
        }
        if (each->client) {
            watch_client(shim, each, watches);
        }
        process_watch(&each->process, watches, rested ? NULL : each->client);
    }
}

static void serve_client(struct shim *shim, struct conversation *conversation, short events,
                         struct output *output) {
    struct client *client = conversation->client;
    bool stays = !(events & (POLLHUP | POLLERR));
    if (stays && events & POLLIN) {
        stays = client_receive(client);
    }
    if (stays && client_has_frame(client) && !client->ending &&
        handle(shim, conversation, output)) {
        conversation->given = 0;
        client_next(client);
    }
    if (!stays || !client_flush(client) || (client->ending && client_drained(client))) {
        leave(conversation);
    }
}

void control_serve(struct shim *shim, const struct watches *watches, struct output *output) {
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (!each) {
            continue;
        }
        process_serve(&each->process, watches, each->client);
        if (each->client) {
            serve_client(shim, each, seen(watches, each->watched), output);
        }
        if (!each->client && each->process.state == PROCESS_NONE) {
            free(each);
            conversations[i] = NULL;
        }
    }
    if (seen(watches, watched_listening)) {
        welcome();
    }
}

/* ---- the end */

static bool all_told(void) {
    bool told = true;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (each && each->client && !client_drained(each->client)) {
            told &= !client_flush(each->client) || client_drained(each->client);
        }
    }
    return told;
}

/* Whoever is slow to take the last of it is served by a copy of us, so that the end is no later. */
static void take_leave(void) {
    uint64_t begun = monotonic_ms();
    if (all_told() || fork() != 0) {
        return;
    }
    while (!all_told() && monotonic_ms() - begun < FAREWELL_MS) {
        poll(NULL, 0, 20);
    }
    _exit(0);
}

void control_finish(struct shim *shim, struct output *output, int code) {
    uint8_t bytes[4] = {0, 0, (uint8_t)(code >> 8), (uint8_t)code};
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct conversation *each = conversations[i];
        if (!each || !each->client) {
            continue;
        }
        if (each->attached) {
            if (each->lags) {
                tell_missed(each, output);
            }
            client_put(each->client, TELL_EXIT, bytes, sizeof bytes);
        }
    }
    close(listening);
    unlinkat(shim->directory, "control", 0);
    take_leave();
}
