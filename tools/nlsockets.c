// SPDX-License-Identifier: GPL-2.0
/*
 * Sending and receiving on netlink sockets.
 *
 * The data calls are the hot path of every program, so a descriptor that this
 * process did not get from socket(AF_NETLINK) costs one look at a list that is
 * empty in most programs.  A descriptor on the list is believed only after the
 * kernel confirmed it: it may have been closed and used again for another file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "fortify.h"
#include "preload.h"

/**
 * struct nl_slot - a descriptor that was a netlink socket when last seen
 * @next: constant once the slot is on the list; slots are never freed
 * @fd: the descriptor, or -1 for a free slot
 */
struct nl_slot {
	struct nl_slot *next;
	atomic_int fd;
};

/* Only ever grows at its head. */
static struct nl_slot *nl_slots;

static struct nl_slot *slot_find(int fd)
{
	struct nl_slot *slot = __atomic_load_n(&nl_slots, __ATOMIC_ACQUIRE);

	while (slot && atomic_load(&slot->fd) != fd)
		slot = slot->next;
	return slot;
}

/**
 * inetx_run_nl_note() - remember a new netlink socket
 * @fd: what socket(AF_NETLINK) returned
 *
 * Without memory for it the socket stays unmapped.  errno stays.
 */
void inetx_run_nl_note(int fd)
{
	struct nl_slot *slot;
	int saved = errno;
	int none = -1;

	if (slot_find(fd) || inetx_run_nl_kind(fd) == INETX_NL_NONE)
		return;
	slot = __atomic_load_n(&nl_slots, __ATOMIC_ACQUIRE);
	for (; slot; slot = slot->next) {
		if (atomic_compare_exchange_strong(&slot->fd, &none, fd))
			return;
		none = -1;
	}
	slot = malloc(sizeof(*slot));
	if (slot) {
		atomic_init(&slot->fd, fd);
		slot->next = __atomic_load_n(&nl_slots, __ATOMIC_ACQUIRE);
		while (!__atomic_compare_exchange_n(&nl_slots, &slot->next,
						    slot, true,
						    __ATOMIC_RELEASE,
						    __ATOMIC_ACQUIRE))
			;
	}
	errno = saved;
}

static enum inetx_nl kind_of(int fd)
{
	struct nl_slot *slot = fd < 0 ? NULL : slot_find(fd);
	enum inetx_nl kind;

	if (!slot)
		return INETX_NL_NONE;
	kind = inetx_run_nl_kind(fd);
	if (kind == INETX_NL_NONE)
		atomic_compare_exchange_strong(&slot->fd, &fd, -1);
	return kind;
}

static void *tmp_buffer(size_t size)
{
	void *buf = malloc(size ? size : 1);

	if (!buf)
		errno = ENOBUFS;
	return buf;
}

static size_t iov_size(const struct msghdr *msg)
{
	size_t total = 0;
	size_t i;

	for (i = 0; i < msg->msg_iovlen; i++)
		total += msg->msg_iov[i].iov_len;
	return total;
}

static void iov_gather(const struct msghdr *msg, char *to)
{
	size_t i;

	for (i = 0; i < msg->msg_iovlen; i++) {
		const struct iovec *iov = &msg->msg_iov[i];

		if (iov->iov_len)
			memcpy(to, iov->iov_base, iov->iov_len);
		to += iov->iov_len;
	}
}

/* As much of @len bytes as fits. */
static size_t iov_scatter(const struct msghdr *msg, const char *from,
			  size_t len)
{
	size_t done = 0;
	size_t i;

	for (i = 0; i < msg->msg_iovlen && done < len; i++) {
		const struct iovec *iov = &msg->msg_iov[i];
		size_t n = iov->iov_len < len - done ? iov->iov_len :
						       len - done;

		if (n)
			memcpy(iov->iov_base, from + done, n);
		done += n;
	}
	return done;
}

/* The caller's buffers are const: the rewritten request is a copy. */
static ssize_t nl_sendmsg(int fd, enum inetx_nl kind, const struct msghdr *msg,
			  int flags)
{
	const struct inetx_run *run = inetx_run();
	size_t size = iov_size(msg);
	struct msghdr copy = *msg;
	struct iovec iov;
	ssize_t ret;
	char *buf;

	buf = tmp_buffer(size);
	if (!buf)
		return -1;
	iov_gather(msg, buf);
	if (inetx_nl_tx(kind, run->family, buf, size)) {
		iov = (struct iovec){ buf, size };
		copy.msg_iov = &iov;
		copy.msg_iovlen = 1;
		if (run->verbose)
			inetx_run_say("netlink %s request to AF_INETX",
				      inetx_nl_name(kind, ((struct nlmsghdr *)
						    buf)->nlmsg_type));
	}
	ret = INETX_REAL(sendmsg)(fd, &copy, flags);
	free(buf);
	return ret;
}

/* Hand @len bytes and what came with them to the caller. */
static ssize_t deliver(struct msghdr *msg, const struct msghdr *got,
		       const char *buf, size_t len, int flags)
{
	size_t done = iov_scatter(msg, buf, len);

	msg->msg_namelen = got->msg_namelen;
	msg->msg_controllen = got->msg_controllen;
	msg->msg_flags = got->msg_flags & ~MSG_TRUNC;
	if (done < len)
		msg->msg_flags |= MSG_TRUNC;
	return flags & MSG_TRUNC ? len : done;
}

/* What a listener gets in place of news that are not for it. */
static ssize_t deliver_noop(struct msghdr *msg, int flags)
{
	static const struct nlmsghdr noop = {
		.nlmsg_len = sizeof(noop),
		.nlmsg_type = NLMSG_NOOP,
	};
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr got = { .msg_namelen = 0 };

	if (msg->msg_name) {
		memcpy(msg->msg_name, &kernel, msg->msg_namelen <
		       sizeof(kernel) ? msg->msg_namelen : sizeof(kernel));
		got.msg_namelen = sizeof(kernel);
	}
	return deliver(msg, &got, (const char *)&noop, sizeof(noop), flags);
}

static bool may_block(int fd, int flags)
{
	return !(flags & MSG_DONTWAIT) &&
	       !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

/*
 * One datagram, whole, into a buffer of ours.  Looks for its size first, so
 * that the caller's buffer may be of any size, as with MSG_PEEK | MSG_TRUNC.
 * A roomy buffer stays one: the kernel cuts its dumps to the room it sees.
 */
static ssize_t fetch(int fd, struct msghdr *got, struct iovec *iov, int flags)
{
	struct msghdr look = { .msg_iov = iov, .msg_iovlen = 1 };
	size_t size = iov_size(got);
	ssize_t n;

	iov->iov_len = 0;
	n = INETX_REAL(recvmsg)(fd, &look, flags | MSG_PEEK | MSG_TRUNC);
	if (n < 0)
		return -1;
	free(iov->iov_base);
	if (size < (size_t)n)
		size = n;
	iov->iov_base = tmp_buffer(size);
	if (!iov->iov_base)
		return -1;
	iov->iov_len = size;
	got->msg_iov = iov;
	got->msg_iovlen = 1;
	return INETX_REAL(recvmsg)(fd, got, flags & ~MSG_TRUNC);
}

/*
 * A datagram of which nothing is left to be shown is taken away and the next
 * one tried, without waiting for it: the caller may have been told by poll()
 * that there is something to read.  Only a look ahead (MSG_PEEK) waits, because
 * the size that it reports has to be that of what is read next.
 */
static ssize_t nl_recvmsg(int fd, enum inetx_nl kind, struct msghdr *msg,
			  int flags)
{
	struct iovec iov = { NULL, 0 };
	int saved = errno;
	int wait = 0;
	ssize_t ret;

	for (;;) {
		struct msghdr got = *msg;
		size_t len;

		ret = fetch(fd, &got, &iov, flags | wait);
		if (ret < 0 && wait && errno == EAGAIN &&
		    may_block(fd, flags)) {
			errno = saved;
			if (flags & MSG_PEEK) {
				wait = 0;
				continue;
			}
			ret = deliver_noop(msg, flags);
			break;
		}
		if (ret < 0)
			break;
		len = inetx_nl_rx(kind, inetx_run()->family, iov.iov_base, ret);
		if (len || !ret) {
			ret = deliver(msg, &got, iov.iov_base, len, flags);
			break;
		}
		if (flags & MSG_PEEK)
			INETX_REAL(recv)(fd, NULL, 0, MSG_DONTWAIT);
		wait = MSG_DONTWAIT;
	}
	free(iov.iov_base);
	return ret;
}

/* Errors queued on a socket are no messages of the protocol. */
static enum inetx_nl rx_kind(int fd, int flags)
{
	return flags & MSG_ERRQUEUE ? INETX_NL_NONE : kind_of(fd);
}

INETX_EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	enum inetx_nl kind = kind_of(fd);

	if (kind == INETX_NL_NONE)
		return INETX_REAL(sendmsg)(fd, msg, flags);
	return nl_sendmsg(fd, kind, msg, flags);
}

INETX_EXPORT ssize_t sendto(int fd, const void *buf, size_t len, int flags,
			    const struct sockaddr *addr, socklen_t addrlen)
{
	enum inetx_nl kind = kind_of(fd);
	struct iovec iov = { (void *)buf, len };
	struct msghdr msg = {
		.msg_name = (void *)addr,
		.msg_namelen = addrlen,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};

	if (kind == INETX_NL_NONE)
		return INETX_REAL(sendto)(fd, buf, len, flags, addr, addrlen);
	return nl_sendmsg(fd, kind, &msg, flags);
}

INETX_EXPORT ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	if (kind_of(fd) == INETX_NL_NONE)
		return INETX_REAL(send)(fd, buf, len, flags);
	return sendto(fd, buf, len, flags, NULL, 0);
}

INETX_EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
	if (kind_of(fd) == INETX_NL_NONE)
		return INETX_REAL(write)(fd, buf, len);
	return sendto(fd, buf, len, 0, NULL, 0);
}

INETX_EXPORT ssize_t writev(int fd, const struct iovec *iov, int count)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov };
	enum inetx_nl kind = kind_of(fd);

	if (kind == INETX_NL_NONE || count < 0)
		return INETX_REAL(writev)(fd, iov, count);
	msg.msg_iovlen = count;
	return nl_sendmsg(fd, kind, &msg, 0);
}

INETX_EXPORT int sendmmsg(int fd, struct mmsghdr *vec, unsigned int count,
			  int flags)
{
	enum inetx_nl kind = kind_of(fd);
	unsigned int i;

	if (kind == INETX_NL_NONE)
		return INETX_REAL(sendmmsg)(fd, vec, count, flags);
	for (i = 0; i < count; i++) {
		ssize_t n = nl_sendmsg(fd, kind, &vec[i].msg_hdr, flags);

		if (n < 0)
			return i ? (int)i : -1;
		vec[i].msg_len = n;
	}
	return count;
}

INETX_EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	enum inetx_nl kind = rx_kind(fd, flags);

	if (kind == INETX_NL_NONE)
		return INETX_REAL(recvmsg)(fd, msg, flags);
	return nl_recvmsg(fd, kind, msg, flags);
}

INETX_EXPORT ssize_t recvfrom(int fd, void *buf, size_t len, int flags,
			      struct sockaddr *addr, socklen_t *addrlen)
{
	enum inetx_nl kind = rx_kind(fd, flags);
	struct iovec iov = { buf, len };
	struct msghdr msg = {
		.msg_name = addr,
		.msg_namelen = addr && addrlen ? *addrlen : 0,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t ret;

	if (kind == INETX_NL_NONE)
		return INETX_REAL(recvfrom)(fd, buf, len, flags, addr, addrlen);
	ret = nl_recvmsg(fd, kind, &msg, flags);
	if (ret >= 0 && addr && addrlen)
		*addrlen = msg.msg_namelen;
	return ret;
}

INETX_EXPORT ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	if (rx_kind(fd, flags) == INETX_NL_NONE)
		return INETX_REAL(recv)(fd, buf, len, flags);
	return recvfrom(fd, buf, len, flags, NULL, NULL);
}

INETX_EXPORT ssize_t read(int fd, void *buf, size_t len)
{
	if (kind_of(fd) == INETX_NL_NONE)
		return INETX_REAL(read)(fd, buf, len);
	return recvfrom(fd, buf, len, 0, NULL, NULL);
}

INETX_EXPORT ssize_t readv(int fd, const struct iovec *iov, int count)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov };
	enum inetx_nl kind = kind_of(fd);

	if (kind == INETX_NL_NONE || count < 0)
		return INETX_REAL(readv)(fd, iov, count);
	msg.msg_iovlen = count;
	return nl_recvmsg(fd, kind, &msg, 0);
}

static bool is_past(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec ||
	       (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

/* As the system call, the time limit is looked at after each datagram. */
INETX_EXPORT int recvmmsg(int fd, struct mmsghdr *vec, unsigned int count,
			  int flags, struct timespec *timeout)
{
	enum inetx_nl kind = rx_kind(fd, flags);
	int each = flags & ~MSG_WAITFORONE;
	struct timespec end = { 0 };
	unsigned int i;

	if (kind == INETX_NL_NONE)
		return INETX_REAL(recvmmsg)(fd, vec, count, flags, timeout);
	if (timeout) {
		clock_gettime(CLOCK_MONOTONIC, &end);
		end.tv_sec += timeout->tv_sec;
		end.tv_nsec += timeout->tv_nsec;
		if (end.tv_nsec >= 1000000000L) {
			end.tv_nsec -= 1000000000L;
			end.tv_sec++;
		}
	}
	for (i = 0; i < count; i++) {
		ssize_t n = nl_recvmsg(fd, kind, &vec[i].msg_hdr, each);

		if (n < 0)
			return i ? (int)i : -1;
		vec[i].msg_len = n;
		if (flags & MSG_WAITFORONE)
			each |= MSG_DONTWAIT;
		if (timeout && is_past(&end))
			return i + 1;
	}
	return count;
}

INETX_EXPORT ssize_t __recv_chk(int fd, void *buf, size_t len, size_t room,
				int flags)
{
	if (len > room)
		__chk_fail();
	return recv(fd, buf, len, flags);
}

INETX_EXPORT ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t room,
				    int flags, struct sockaddr *addr,
				    socklen_t *addrlen)
{
	if (len > room)
		__chk_fail();
	return recvfrom(fd, buf, len, flags, addr, addrlen);
}

INETX_EXPORT ssize_t __read_chk(int fd, void *buf, size_t len, size_t room)
{
	if (len > room)
		__chk_fail();
	return read(fd, buf, len);
}
