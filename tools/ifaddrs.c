// SPDX-License-Identifier: GPL-2.0
/*
 * getifaddrs(3).  The C library asks the kernel over a socket of its own that
 * cannot be mapped, and makes of an address of a family it does not know an
 * entry without a netmask.  So its list is cleared of IPv4, and inetx's
 * addresses are put in.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "preload.h"

/* What the kernel sends a dump in: it never uses more for one datagram. */
#define DUMP_SIZE	32768

/**
 * struct entry - an address of inetx's as the program sees it
 * @ifa: points into the other fields
 * @addr: IFA_LOCAL
 * @mask: from the prefix length
 * @other: the broadcast address or, between two points, the peer's
 * @name: IFA_LABEL
 * @ifindex: device
 * @has_other: @other was sent
 */
struct entry {
	struct ifaddrs ifa;
	struct sockaddr_in addr;
	struct sockaddr_in mask;
	struct sockaddr_in other;
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	bool has_other;
};

/**
 * struct list - a list handed out, so that freeifaddrs() finds its two halves
 * @next: next list, under lists_lock
 * @shown: what the program got
 * @libc: what the C library has to free
 * @entries: what we have to free
 * @count: how many there are at @entries
 */
struct list {
	struct list *next;
	struct ifaddrs *shown;
	struct ifaddrs *libc;
	struct entry *entries;
	size_t count;
};

static struct list *lists;
static pthread_mutex_t lists_lock = PTHREAD_MUTEX_INITIALIZER;

static struct sockaddr_in ipv4(const void *addr)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };

	memcpy(&sin.sin_addr, addr, sizeof(sin.sin_addr));
	return sin;
}

static const void *attr4(struct rtattr *const *attr, int type)
{
	if (!attr[type] || RTA_PAYLOAD(attr[type]) < sizeof(struct in_addr))
		return NULL;
	return RTA_DATA(attr[type]);
}

static bool parse(struct nlmsghdr *nlh, struct entry *entry)
{
	struct ifaddrmsg *ifa = NLMSG_DATA(nlh);
	struct rtattr *attr[IFA_MAX + 1] = { NULL };
	const void *local, *address, *broadcast;
	struct rtattr *rta = IFA_RTA(ifa);
	int left = IFA_PAYLOAD(nlh);
	in_addr_t mask;

	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left))
		if (rta->rta_type <= IFA_MAX)
			attr[rta->rta_type] = rta;
	address = attr4(attr, IFA_ADDRESS);
	local = attr4(attr, IFA_LOCAL);
	broadcast = attr4(attr, IFA_BROADCAST);
	if (!local)
		local = address;
	if (!local)
		return false;

	memset(entry, 0, sizeof(*entry));
	entry->ifindex = ifa->ifa_index;
	entry->addr = ipv4(local);
	mask = htonl(ifa->ifa_prefixlen ? ~0U << (32 - ifa->ifa_prefixlen) : 0);
	entry->mask = ipv4(&mask);
	if (address && memcmp(address, local, sizeof(struct in_addr))) {
		entry->other = ipv4(address);
		entry->has_other = true;
	} else if (broadcast) {
		entry->other = ipv4(broadcast);
		entry->has_other = true;
	}
	if (attr[IFA_LABEL]) {
		size_t n = RTA_PAYLOAD(attr[IFA_LABEL]);

		memcpy(entry->name, RTA_DATA(attr[IFA_LABEL]),
		       n < IF_NAMESIZE ? n : IF_NAMESIZE - 1);
	} else {
		if_indextoname(ifa->ifa_index, entry->name);
	}
	return true;
}

static bool append(struct list *list, const struct entry *entry)
{
	struct entry *more;

	more = realloc(list->entries, (list->count + 1) * sizeof(*more));
	if (!more)
		return false;
	list->entries = more;
	more[list->count++] = *entry;
	return true;
}

/* One datagram of the dump.  Return: 1 more to come, 0 end, -1 errno. */
static int read_part(struct list *list, char *buf, ssize_t n)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct ifaddrmsg *ifa;
	struct entry entry;
	int left = n;

	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		if (nlh->nlmsg_type == NLMSG_DONE)
			return 0;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			struct nlmsgerr *err = NLMSG_DATA(nlh);

			errno = -err->error;
			return err->error ? -1 : 0;
		}
		if (nlh->nlmsg_type != RTM_NEWADDR ||
		    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*ifa)))
			continue;
		ifa = NLMSG_DATA(nlh);
		if (ifa->ifa_family != inetx_run()->family ||
		    ifa->ifa_prefixlen > 32 || !parse(nlh, &entry))
			continue;
		if (!append(list, &entry))
			return -1;
	}
	return 1;
}

static int dump(struct list *list, int fd, char *buf)
{
	struct {
		struct nlmsghdr nlh;
		struct ifaddrmsg ifa;
	} req = {
		.nlh.nlmsg_len = sizeof(req),
		.nlh.nlmsg_type = RTM_GETADDR,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.ifa.ifa_family = inetx_run()->family,
	};
	int more;

	if (INETX_REAL(send)(fd, &req, sizeof(req), 0) < 0)
		return -1;
	do {
		ssize_t n = INETX_REAL(recv)(fd, buf, DUMP_SIZE, 0);

		if (n < 0 && errno == EINTR) {
			more = 1;
			continue;
		}
		if (n < 0)
			return -1;
		more = read_part(list, buf, n);
	} while (more > 0);
	return more;
}

static int read_entries(struct list *list)
{
	char *buf = malloc(DUMP_SIZE);
	int fd, error;
	int ret = -1;

	if (!buf)
		return -1;
	fd = INETX_REAL(socket)(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
				NETLINK_ROUTE);
	if (fd >= 0)
		ret = dump(list, fd, buf);
	error = errno;
	if (fd >= 0)
		close(fd);
	free(buf);
	errno = error;
	return ret;
}

static bool is_link(const struct ifaddrs *ifa)
{
	return ifa->ifa_addr && ifa->ifa_addr->sa_family == AF_PACKET;
}

static bool is_hidden(const struct ifaddrs *ifa)
{
	return ifa->ifa_addr &&
	       (ifa->ifa_addr->sa_family == AF_INET ||
		ifa->ifa_addr->sa_family == inetx_run()->family);
}

static unsigned int link_flags(const struct list *list, unsigned int ifindex)
{
	const struct ifaddrs *ifa;

	for (ifa = list->libc; ifa; ifa = ifa->ifa_next) {
		const struct sockaddr_ll *ll = (void *)ifa->ifa_addr;

		if (is_link(ifa) && ll->sll_ifindex == (int)ifindex)
			return ifa->ifa_flags;
	}
	return 0;
}

/* The array does not move any more: set the pointers. */
static void finish(struct list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct entry *entry = &list->entries[i];

		entry->ifa.ifa_name = entry->name;
		entry->ifa.ifa_flags = link_flags(list, entry->ifindex);
		entry->ifa.ifa_addr = (struct sockaddr *)&entry->addr;
		entry->ifa.ifa_netmask = (struct sockaddr *)&entry->mask;
		if (entry->has_other)
			entry->ifa.ifa_broadaddr =
				(struct sockaddr *)&entry->other;
		entry->ifa.ifa_next = i + 1 < list->count ?
				      &list->entries[i + 1].ifa : NULL;
	}
}

/* Links, our addresses, the other addresses. */
static void splice(struct list *list)
{
	struct ifaddrs **link;

	list->shown = list->libc;
	link = &list->shown;
	while (*link && is_link(*link))
		link = &(*link)->ifa_next;
	if (list->count) {
		struct ifaddrs *rest = *link;

		*link = &list->entries[0].ifa;
		link = &list->entries[list->count - 1].ifa.ifa_next;
		*link = rest;
	}
	while (*link) {
		if (is_hidden(*link))
			*link = (*link)->ifa_next;
		else
			link = &(*link)->ifa_next;
	}
}

static void list_free(struct list *list)
{
	int saved = errno;

	if (list->libc)
		INETX_REAL(freeifaddrs)(list->libc);
	free(list->entries);
	free(list);
	errno = saved;
}

INETX_EXPORT int getifaddrs(struct ifaddrs **ifap)
{
	struct list *list;
	int ret;

	if (inetx_run()->family == AF_INET)
		return INETX_REAL(getifaddrs)(ifap);
	list = calloc(1, sizeof(*list));
	if (!list)
		return -1;
	ret = INETX_REAL(getifaddrs)(&list->libc);
	if (!ret)
		ret = read_entries(list);
	if (ret) {
		list_free(list);
		return -1;
	}
	finish(list);
	splice(list);
	*ifap = list->shown;
	if (!list->shown) {
		list_free(list);
		return 0;
	}
	pthread_mutex_lock(&lists_lock);
	list->next = lists;
	lists = list;
	pthread_mutex_unlock(&lists_lock);
	return 0;
}

INETX_EXPORT void freeifaddrs(struct ifaddrs *ifa)
{
	struct list **link, *list;

	pthread_mutex_lock(&lists_lock);
	for (link = &lists; *link && (*link)->shown != ifa;)
		link = &(*link)->next;
	list = *link;
	if (list && ifa)
		*link = list->next;
	pthread_mutex_unlock(&lists_lock);
	if (list && ifa)
		list_free(list);
	else
		INETX_REAL(freeifaddrs)(ifa);
}
