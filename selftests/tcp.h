/* SPDX-License-Identifier: GPL-2.0 */
/* What the TCP tests share: listeners, connections, waiting for a state. */
#ifndef _SELFTEST_TCP_H
#define _SELFTEST_TCP_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(tcp);

#define ALL_EVENTS (POLLIN | POLLOUT | POLLRDHUP | POLLPRI)

static inline void die(const char *what)
{
	fprintf(stderr, "# %s: %s\n", what, strerror(errno));
	abort();
}

/* A listener on ip and a free port. */
static inline int listener(const char *ip, int *port, int backlog)
{
	int fd = xsocket(SOCK_STREAM, 0);

	if (fd < 0 || xbind(fd, ip, 0) || listen(fd, backlog))
		die("listener");
	*port = local_port(fd);
	return fd;
}

/* A connection over 127.0.0.1: c connected, s accepted. */
static inline void connection(int *c, int *s)
{
	int port, l = listener("127.0.0.1", &port, 8);

	*c = xsocket(SOCK_STREAM, 0);
	if (*c < 0 || xconnect(*c, "127.0.0.1", port))
		die("connect");
	*s = accept(l, NULL, NULL);
	if (*s < 0)
		die("accept");
	close(l);
}

static inline int tcp_state(int fd)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);

	if (getsockopt(fd, SOL_TCP, TCP_INFO, &ti, &len))
		return -1;
	return ti.tcpi_state;
}

/* Wait for a state, since what the peer sent may still be on its way. */
static inline int await_state(int fd, int state)
{
	long long end = now_ms() + 5000;

	while (tcp_state(fd) != state && now_ms() < end)
		usleep(5000);
	return tcp_state(fd);
}

#endif /* _SELFTEST_TCP_H */
