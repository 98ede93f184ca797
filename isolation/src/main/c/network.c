/*
 * The interfaces, by rtnetlink(7): one message makes both ends of a veth pair, one on the bridge,
 * the other in the child's network namespace; the child gives it its address.
 */
#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct message {
    struct nlmsghdr header;
    char body[1024];
};

static void *extend(struct message *message, size_t length) {
    void *at = (char *)message + NLMSG_ALIGN(message->header.nlmsg_len);
    message->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(message->header.nlmsg_len) + length);
    memset(at, 0, NLMSG_ALIGN(length));
    return at;
}

static void *begin(struct message *message, uint16_t type, uint16_t flags, size_t length) {
    message->header = (struct nlmsghdr){.nlmsg_len = NLMSG_HDRLEN,
                                        .nlmsg_type = type,
                                        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags};
    return extend(message, length);
}

static struct rtattr *attribute(struct message *message, uint16_t type, const void *data,
                                size_t length) {
    struct rtattr *attribute = extend(message, RTA_LENGTH(length));
    attribute->rta_type = type;
    attribute->rta_len = (uint16_t)RTA_LENGTH(length);
    if (length) {
        memcpy(RTA_DATA(attribute), data, length);
    }
    return attribute;
}

static void text_attribute(struct message *message, uint16_t type, const char *text) {
    attribute(message, type, text, strlen(text) + 1);
}

static void number_attribute(struct message *message, uint16_t type, uint32_t number) {
    attribute(message, type, &number, sizeof number);
}

/* What was added to the message since becomes the content of the attribute. */
static void end(struct message *message, struct rtattr *nest) {
    nest->rta_len = (uint16_t)((char *)message + message->header.nlmsg_len - (char *)nest);
}

/* Sends it and waits for the answer: 0, or -1 with the kernel's errno. */
static int ask(int socket, struct message *message) {
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[2048];
    } answer;
    if (send(socket, message, message->header.nlmsg_len, 0) < 0) {
        return -1;
    }
    ssize_t n = recv(socket, &answer, sizeof answer, 0);
    if (n < (ssize_t)(sizeof answer.header + sizeof answer.error) ||
        answer.header.nlmsg_type != NLMSG_ERROR) {
        errno = n < 0 ? errno : EPROTO;
        return -1;
    }
    errno = -answer.error.error;
    return answer.error.error ? -1 : 0;
}

static int open_route_socket(void) {
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

/*
 * A frame may leave by the port it came from: where the bridge's frames pass the firewall
 * (bridge-nf-call-iptables), a sandbox else does not reach a port that it publishes itself.
 */
static int allow_hairpin(int route, const char *interface) {
    uint8_t on = 1;
    struct message message;
    struct ifinfomsg *port = begin(&message, RTM_SETLINK, 0, sizeof(struct ifinfomsg));
    port->ifi_family = AF_BRIDGE;
    port->ifi_index = (int)if_nametoindex(interface);
    struct rtattr *info = attribute(&message, IFLA_PROTINFO | NLA_F_NESTED, NULL, 0);
    attribute(&message, IFLA_BRPORT_MODE, &on, sizeof on);
    end(&message, info);
    return ask(route, &message);
}

/* The sandbox's name of its interface: eth0, eth1, … */
static void name_interface(char name[IF_NAMESIZE], size_t number) {
    snprintf(name, IF_NAMESIZE, "eth%u", (unsigned)number);
}

static void delete_link(int route, const char *name) {
    struct message message;
    struct ifinfomsg *link = begin(&message, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
    link->ifi_index = (int)if_nametoindex(name);
    if (link->ifi_index) {
        ask(route, &message); /* fails when the kernel was quicker */
    }
}

/*
 * A sandbox that starts once more may find the interface of its former life: the kernel removes a
 * network namespace a moment after its last process.
 */
static int create_anew(int route, struct message *wanted, const char *name) {
    int tries = 0;
    while (ask(route, wanted)) {
        if (errno != EEXIST || tries++ == 100) {
            return -1;
        }
        delete_link(route, name);
        usleep(10000);
    }
    return 0;
}

static int create_pair(int route, const struct network_spec *network, size_t number, pid_t owner) {
    unsigned bridge = if_nametoindex(network->bridge);
    if (!bridge) {
        return failed(network->bridge);
    }
    char name[IF_NAMESIZE];
    name_interface(name, number);
    struct message message;
    struct ifinfomsg *host =
        begin(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
    host->ifi_flags = host->ifi_change = IFF_UP;
    text_attribute(&message, IFLA_IFNAME, network->host_interface);
    number_attribute(&message, IFLA_MASTER, bridge);
    struct rtattr *info = attribute(&message, IFLA_LINKINFO, NULL, 0);
    text_attribute(&message, IFLA_INFO_KIND, "veth");
    struct rtattr *data = attribute(&message, IFLA_INFO_DATA, NULL, 0);
    struct rtattr *peer = attribute(&message, VETH_INFO_PEER, NULL, 0);
    extend(&message, sizeof(struct ifinfomsg)); /* down: it is made before the end it leads to */
    text_attribute(&message, IFLA_IFNAME, name);
    number_attribute(&message, IFLA_NET_NS_PID, (uint32_t)owner);
    end(&message, peer);
    end(&message, data);
    end(&message, info);
    return create_anew(route, &message, network->host_interface) ||
                   allow_hairpin(route, network->host_interface)
               ? failed(network->host_interface)
               : 0;
}

/* Makes those of the specification that are not made yet. */
int create_interfaces(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    if (shim->interfaces_made == spec->network_count) {
        return 0;
    }
    int route = open_route_socket();
    if (route < 0) {
        return -1;
    }
    int result = 0;
    while (!result && shim->interfaces_made < spec->network_count) {
        size_t number = shim->interfaces_made++;
        result = create_pair(route, &spec->networks[number], number, shim->init);
    }
    int error = errno;
    close(route);
    errno = error;
    return result;
}

/* A veth's link address can be changed while it is up. */
static int raise_link(int route, unsigned index, const uint8_t *mac) {
    struct message message;
    struct ifinfomsg *link = begin(&message, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    link->ifi_index = (int)index;
    link->ifi_flags = link->ifi_change = IFF_UP;
    if (mac) {
        attribute(&message, IFLA_ADDRESS, mac, 6);
    }
    return ask(route, &message);
}

static int add_address(int route, unsigned index, const struct network_spec *network) {
    struct message message;
    struct ifaddrmsg *address =
        begin(&message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifaddrmsg));
    address->ifa_family = AF_INET;
    address->ifa_prefixlen = network->prefix;
    address->ifa_index = index;
    uint32_t broadcast =
        network->address |
        (network->prefix ? __builtin_bswap32(0xffffffffU >> network->prefix) : ~0U);
    attribute(&message, IFA_LOCAL, &network->address, sizeof network->address);
    attribute(&message, IFA_ADDRESS, &network->address, sizeof network->address);
    attribute(&message, IFA_BROADCAST, &broadcast, sizeof broadcast);
    return ask(route, &message);
}

static int add_default_route(int route, uint32_t gateway) {
    struct message message;
    struct rtmsg *way =
        begin(&message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct rtmsg));
    way->rtm_family = AF_INET;
    way->rtm_table = RT_TABLE_MAIN;
    way->rtm_protocol = RTPROT_BOOT;
    way->rtm_scope = RT_SCOPE_UNIVERSE;
    way->rtm_type = RTN_UNICAST;
    attribute(&message, RTA_GATEWAY, &gateway, sizeof gateway);
    return ask(route, &message);
}

static int configure_interface(int route, const struct network_spec *network, size_t number) {
    char name[IF_NAMESIZE];
    name_interface(name, number);
    unsigned index = if_nametoindex(name);
    return !index || raise_link(route, index, network->mac) ||
                   add_address(route, index, network) ||
                   (network->gateway && add_default_route(route, network->gateway))
               ? failed(network->host_interface)
               : 0;
}

/* Loopback, and what was made ahead: a bridge forwards to it by the time it has an address. */
int raise_interfaces(struct shim *shim) {
    if (shim->spec.host_network) {
        return 0;
    }
    int route = open_route_socket();
    if (route < 0 || raise_link(route, 1, NULL)) {
        return failed("lo");
    }
    for (size_t i = 0; i < shim->spec.network_count; i++) {
        char name[IF_NAMESIZE];
        name_interface(name, i);
        if (raise_link(route, if_nametoindex(name), NULL)) {
            return failed(shim->spec.networks[i].host_interface);
        }
    }
    return close(route);
}

/* Gives the interfaces of the specification their addresses. */
int configure_interfaces(struct shim *shim) {
    const struct spec *spec = &shim->spec;
    if (spec->host_network || !spec->network_count) {
        return 0;
    }
    int route = open_route_socket();
    if (route < 0) {
        return -1;
    }
    for (size_t i = 0; i < spec->network_count; i++) {
        if (configure_interface(route, &spec->networks[i], i)) {
            return -1;
        }
    }
    return close(route);
}
