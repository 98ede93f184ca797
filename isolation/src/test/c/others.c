/* At what runs beside the sandbox: its shim, processes, sockets and ports of the host. */
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A process outside that the test made for this; 0: none. */
static pid_t outsider(void) {
    const char *pid = target("PROBE_PID");
    return pid ? atoi(pid) : 0;
}

static int trace_outsider(void) {
    pid_t pid = outsider();
    if (!pid || ptrace(PTRACE_SEIZE, pid, 0, 0)) {
        return pid ? -1 : stopped(ENOENT);
    }
    ptrace(PTRACE_DETACH, pid, 0, 0);
    return 0;
}

static int signal_outsider(void) {
    return outsider() ? kill(outsider(), 0) : stopped(ENOENT);
}

static int read_outsider(void) {
    char path[64], text[64];
    if (!outsider()) {
        return stopped(ENOENT);
    }
    snprintf(path, sizeof path, "/proc/%d/environ", outsider());
    int file = open(path, O_RDONLY | O_CLOEXEC);
    return file < 0 || read(file, text, sizeof text) < 0 ? stopped(errno == ENOENT ? ESRCH : errno)
                                                         : 0;
}

static int take_descriptor(void) {
    int process = outsider() ? (int)syscall(SYS_pidfd_open, outsider(), 0) : stopped(ENOENT);
    return process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 0, 0) < 0 ? -1 : 0;
}

/* The parent of the first process is the shim: pid 0 from here. */
static int reach_shim(void) {
    if (outside) {
        return kill(getppid(), 0);
    }
    return getppid() == 0 || kill(0, 0) || access("/proc/0/root", F_OK) ? stopped(ESRCH) : 0;
}

static int connect_in_time(int socket, const struct sockaddr *address, socklen_t length) {
    int error = 0;
    socklen_t size = sizeof error;
    struct pollfd polled = {.fd = socket, .events = POLLOUT};
    if (!connect(socket, address, length)) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return -1;
    }
    if (poll(&polled, 1, 2000) != 1) {
        return stopped(ETIMEDOUT);
    }
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) || error ? stopped(error) : 0;
}

static socklen_t name_socket(struct sockaddr_un *address, const char *name) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    strncpy(address->sun_path + 1, name, sizeof address->sun_path - 2);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int abstract_socket(void) {
    struct sockaddr_un address;
    if (!target("PROBE_SOCKET")) {
        return stopped(ENOENT);
    }
    socklen_t length = name_socket(&address, target("PROBE_SOCKET"));
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return connect_in_time(file, (struct sockaddr *)&address, length);
}

int ping(const char *address) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    struct icmphdr echo = {.type = ICMP_ECHO}, answer = {0};
    struct timeval patience = {.tv_sec = 10};
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (file < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
        sendto(file, &echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to) < 0 ||
        recv(file, &answer, sizeof answer, 0) < 0 || answer.type != ICMP_ECHOREPLY) {
        perror(address);
        return 1;
    }
    printf("%s answers\n", address);
    return 0;
}

int stand(const char *name) {
    struct sockaddr_un address;
    socklen_t length = name_socket(&address, name);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(file, (struct sockaddr *)&address, length) || listen(file, 16)) {
        perror(name);
        return 1;
    }
    puts("standing");
    fflush(stdout);
    return getchar() == EOF ? 0 : 1;
}

/* The host's end of the bridge that our default route leads to. */
static const char *gateway(void) {
    static char text[INET_ADDRSTRLEN];
    char line[256];
    FILE *routes = fopen("/proc/net/route", "re");
    while (routes && fgets(line, sizeof line, routes)) {
        unsigned destination, way;
        if (sscanf(line, "%*s %x %x", &destination, &way) == 2 && !destination && way) {
            struct in_addr address = {.s_addr = way};
            inet_ntop(AF_INET, &address, text, sizeof text);
        }
    }
    if (routes) {
        fclose(routes);
    }
    return text;
}

static int connect_to(const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        return stopped(EINVAL);
    }
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result =
        file < 0 ? -1
                 : connect_in_time(file, (const struct sockaddr *)&address, sizeof address);
    int error = errno;
    close(file);
    if (!result) {
        found("%s:%d", host, port);
    }
    return result ? stopped(error) : 0;
}

/*
 * `ADDRESS:PORT` of each server that listens outside, separated by commas; `gateway` is an address,
 * too.
 */
static int host_ports(void) {
    char list[2048];
    int error = ENOENT;
    snprintf(list, sizeof list, "%s", target("PROBE_PORTS") ? target("PROBE_PORTS") : "");
    for (char *rest = list, *server; (server = strsep(&rest, ","));) {
        char *colon = strchr(server, ':');
        if (!colon) {
            continue;
        }
        *colon = 0;
        if (!connect_to(strcmp(server, "gateway") ? server : gateway(), atoi(colon + 1))) {
            return 0;
        }
        error = errno;
    }
    return stopped(error);
}

static int write_program(const char *path) {
    int seen = open(path, O_PATH | O_CLOEXEC), program = -1;
    char again[48];
    snprintf(again, sizeof again, "/proc/self/fd/%d", seen);
    for (int i = 0; seen >= 0 && program < 0 && i < 200; i++) {
        program = open(again, O_WRONLY | O_CLOEXEC);
        if (program < 0 && errno != ETXTBSY) {
            break;
        }
        usleep(5000); /* as soon as it is not executed any more */
    }
    int result = program < 0 || write(program, "", 0) < 0 || pwrite(program, "#", 1, 0) != 1;
    int error = errno;
    close(program);
    close(seen);
    return result ? stopped(error) : 0;
}

/* A program that runs from an ordinary file in memory, as the shim would without its seals. */
static pid_t run_unsealed(void) {
    int copy = memfd_create("unsealed", MFD_CLOEXEC), self = open("/proc/self/exe", O_RDONLY);
    struct stat stat;
    if (copy < 0 || self < 0 || fstat(self, &stat) ||
        sendfile(copy, self, NULL, (size_t)stat.st_size) != stat.st_size) {
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        alarm(1);
        char *const arguments[] = {"gantry-probes", "wait", NULL};
        char *const environment[] = {NULL};
        fexecve(copy, arguments, environment);
        _exit(1);
    }
    return child;
}

/* Writes to a process's program if that is a file in memory; else ESRCH. */
static int overwrite_program_of(const char *pid) {
    char path[300], link[64] = "";
    snprintf(path, sizeof path, "/proc/%s/exe", pid);
    if (readlink(path, link, sizeof link - 1) < 0 || !strstr(link, "memfd:")) {
        return stopped(ESRCH);
    }
    found("%s is %s", path, link);
    return write_program(path);
}

static int overwrite_any_program(void) {
    int error = ESRCH;
    DIR *processes = opendir("/proc");
    for (const struct dirent *entry; processes && (entry = readdir(processes));) {
        if (*entry->d_name >= '1' && *entry->d_name <= '9') {
            if (!overwrite_program_of(entry->d_name)) {
                return 0;
            }
            error = errno == ESRCH ? error : errno;
        }
    }
    if (processes) {
        closedir(processes);
    }
    return stopped(error);
}

/*
 * CVE-2019-5736: the program that makes the sandbox, or enters it, is in its /proc for a moment.
 * Waits for one that is not of the image, and overwrites it. Outside, nobody's program is touched
 * but that of a child.
 */
static int program_of_the_runtime(void) {
    char pid[16];
    if (outside) {
        signal(SIGCHLD, SIG_IGN);
        snprintf(pid, sizeof pid, "%d", run_unsealed());
        usleep(200000);
        return overwrite_program_of(pid);
    }
    time_t end = time(NULL) + (target("PROBE_WATCH") ? atoi(target("PROBE_WATCH")) : 1);
    int error = ESRCH;
    while (time(NULL) <= end) {
        if (!overwrite_any_program()) {
            return 0;
        }
        error = errno == ESRCH ? error : errno;
    }
    return stopped(error);
}

const struct probe OTHERS_PROBES[] = {
    {"trace-outsider", "pid namespace", trace_outsider},
    {"signal-outsider", "pid namespace", signal_outsider},
    {"read-outsider", "pid namespace", read_outsider},
    {"take-descriptor", "pid namespace; system call filter", take_descriptor},
    {"reach-shim", "pid namespace", reach_shim},
    {"abstract-socket", "network namespace", abstract_socket},
    {"host-ports", "network namespace, firewall", host_ports},
    {"program-of-the-runtime", "sealed program (CVE-2019-5736)", program_of_the_runtime},
    {NULL, NULL, NULL},
};

