// SPDX-License-Identifier: GPL-2.0
/* timeout: 200 */
/* vm: --cpus 2 */
/*
 * Random system calls by a user without privilege, and by one who is root in a
 * user namespace of his own: nothing may be reported, nothing may hang, and
 * the stack must work afterwards.
 *
 * $FUZZ_SEED repeats a run, $FUZZ_SECONDS sets how long one lasts.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

FIXTURE(calls) {
	int unused;
};

FIXTURE_VARIANT(calls) { enum flavour fl; };
FIXTURE_VARIANT_ADD(calls, inet) { .fl = FL_INET };
FIXTURE_VARIANT_ADD(calls, inetx) { .fl = FL_INETX };

FIXTURE_SETUP(calls)
{
	const char *why = flavour_enter(variant->fl);

	if (why)
		SKIP(_exit(255), "%s", why);
	ASSERT_EQ(0, sysctl_set("ping_group_range", "0 2147483647"));
}

FIXTURE_TEARDOWN(calls)
{
}

static uint64_t rnd_state;

static unsigned int rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state >> 16;
}

#define SOCKS 24

static int socks[SOCKS];
static int netlink[2];
static unsigned char *page;	/* readable and writable; the next is not */

/* A pointer to len bytes: mostly good, else cut off by a hole, or wild. */
static void *pointer(size_t len)
{
	size_t i;

	switch (rnd() % 16) {
	case 0:
		return NULL;
	case 1:
		return page + 4096 - (len ? rnd() % len : 0);
	case 2:
		return (void *)(0xffff800000000000ul + rnd());
	}
	for (i = 0; i < len && i < 4096; i++)
		page[i] = rnd();
	if (rnd() % 2 && len >= 4)	/* small numbers reach further */
		*(uint32_t *)page = rnd() % 8;
	return page;
}

static int value(void)
{
	static const int edge[] = {
		0, 1, -1, 2, 255, 256, 65535, 65536, 0x7fffffff, -0x7fffffff - 1,
	};

	return rnd() % 2 ? edge[rnd() % ARRAY_SIZE(edge)] : (int)rnd();
}

static void address(struct sockaddr_in *sin)
{
	static const char *const ips[] = {
		"0.0.0.0", "127.0.0.1", "127.0.0.2", "255.255.255.255",
		"224.0.0.5", "10.0.0.1", "240.0.0.1", "127.255.255.255",
	};

	unsigned int port = rnd() % 8 ? 9000 + rnd() % 8 : rnd() % 65536;

	*sin = xaddr(ips[rnd() % ARRAY_SIZE(ips)], port);
	if (!(rnd() % 16))
		sin->sin_family = rnd() % 64;
	if (!(rnd() % 16))
		sin->sin_addr.s_addr = rnd();
}

static void new_socket(int i)
{
	static const int kinds[][2] = {
		{ SOCK_STREAM, 0 }, { SOCK_STREAM, IPPROTO_TCP },
		{ SOCK_DGRAM, 0 }, { SOCK_DGRAM, IPPROTO_ICMP },
		{ SOCK_RAW, IPPROTO_ICMP }, { SOCK_RAW, IPPROTO_RAW },
		{ SOCK_RAW, 253 }, { SOCK_STREAM, 0 }, { SOCK_DGRAM, 0 },
	};
	int k = rnd() % ARRAY_SIZE(kinds);

	if (socks[i] >= 0)
		close(socks[i]);
	if (rnd() % 128 == 0)	/* rarely: the kernel looks for a module */
		socks[i] = xsocket((rnd() % 12) | SOCK_NONBLOCK, rnd() % 300);
	else
		socks[i] = xsocket(kinds[k][0] | SOCK_NONBLOCK, kinds[k][1]);
}

static int level(void)
{
	static const int levels[] = {
		SOL_SOCKET, SOL_IP, IPPROTO_TCP, IPPROTO_UDP, SOL_RAW,
		SOL_INETX, SOL_IP, IPPROTO_TCP,
	};

	return rnd() % 32 ? levels[rnd() % ARRAY_SIZE(levels)] : value();
}

static int option(int l)
{
	int name = rnd() % 16 ? (int)(rnd() % 80) : value();

	/* close() would wait */
	return l == SOL_SOCKET && name == SO_LINGER ? SO_TYPE : name;
}

static void do_option(int fd)
{
	socklen_t len = rnd() % 4 ? 4 : rnd() % 300;
	int l = level(), name = option(l);

	if (rnd() % 32 == 0)
		len = value();
	if (rnd() % 2) {
		setsockopt(fd, l, name, pointer(len < 4096 ? len : 4096), len);
	} else {
		void *p = pointer(64);

		getsockopt(fd, l, name, p, &len);
	}
}

static void do_ioctl(int fd)
{
	static const unsigned long cmds[] = {
		FIONREAD, SIOCOUTQ, SIOCATMARK, FIOASYNC, SIOCGSTAMP,
		SIOCGIFADDR, SIOCSIFADDR, SIOCGIFCONF, SIOCADDRT, SIOCDELRT,
		SIOCSARP, SIOCGARP, SIOCDARP, SIOCSIFFLAGS, SIOCGIFFLAGS,
		SIOCSIFNETMASK, SIOCSIFBRDADDR, SIOCGIFNETMASK,
	};
	unsigned long cmd = cmds[rnd() % ARRAY_SIZE(cmds)];
	struct ifreq *ifr = (void *)pointer(sizeof(*ifr));

	if (rnd() % 4 == 0)
		cmd = 0x8900 + rnd() % 256;
	if (rnd() % 64 == 0)
		cmd = rnd();
	if ((void *)ifr == (void *)page) {
		memset(page, 0, 64);
		strcpy(ifr->ifr_name, rnd() % 2 ? "lo" : "lo:1");
		ifr->ifr_addr.sa_family = rnd() % 4 ? AF_INET : fam();
		((struct sockaddr_in *)&ifr->ifr_addr)->sin_addr.s_addr =
			rnd() % 2 ? htonl(0x0a000001 + rnd() % 4) : rnd();
	}
	ioctl(fd, cmd, ifr);
}

/* An rtnetlink or sock_diag request with random attributes. */
static void do_netlink(void)
{
	unsigned char buf[1024] = { 0 };
	struct nlmsghdr *nh = (void *)buf;
	int diag = rnd() % 3 == 0, len = NLMSG_HDRLEN, n, attr;
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	unsigned char *body = buf + NLMSG_HDRLEN;

	if (diag) {
		struct inet_diag_req_v2 *d = (void *)body;

		nh->nlmsg_type = rnd() % 8 ? 20 : 18 + rnd() % 6;
		d->sdiag_family = rnd() % 16 ? (unsigned int)fam() : rnd();
		d->sdiag_protocol = rnd() % 2 ? IPPROTO_TCP : IPPROTO_UDP;
		if (!(rnd() % 8))
			d->sdiag_protocol = rnd();
		d->idiag_ext = rnd();
		d->idiag_states = rnd() % 2 ? ~0u : rnd();
		len += sizeof(*d);
	} else {
		static const int types[] = {
			RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR, RTM_NEWROUTE,
			RTM_DELROUTE, RTM_GETROUTE, RTM_NEWNEIGH, RTM_DELNEIGH,
			RTM_GETNEIGH, RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE,
			RTM_GETNEIGHTBL, RTM_SETNEIGHTBL, RTM_GETNETCONF,
			RTM_NEWNEXTHOP, RTM_GETNEXTHOP, RTM_NEWLINK,
		};

		nh->nlmsg_type = rnd() % 16 ? (unsigned int)types[rnd() % ARRAY_SIZE(types)] :
			16 + rnd() % 108;
		body[0] = rnd() % 16 ? (unsigned int)fam() : rnd();
		for (n = 1; n < 12; n++)
			body[n] = rnd() % 2 ? 0 : rnd() % 2 ? rnd() % 33 : rnd();
		*(uint32_t *)(body + 4) = rnd() % 2 ? 1 : rnd() % 4;
		len += rnd() % 8 ? 12 : rnd() % 30;
	}
	nh->nlmsg_flags = NLM_F_REQUEST | (rnd() % 2 ? NLM_F_ACK : 0) |
			  (rnd() % 3 ? 0 : NLM_F_DUMP) | (rnd() & 0xf00);
	if (!(rnd() % 16))
		nh->nlmsg_flags = rnd();
	for (attr = rnd() % 8; attr > 0 && len < 700; attr--) {
		struct nlattr *a = (void *)(buf + NLMSG_ALIGN(len));

		n = rnd() % 2 ? 4 : rnd() % 40;
		a->nla_type = rnd() % 32;
		if (!(rnd() % 16))
			a->nla_type = rnd();
		a->nla_len = rnd() % 16 ? NLA_HDRLEN + n : rnd() % 64;
		for (int i = 0; i < n; i++)
			((unsigned char *)(a + 1))[i] = rnd();
		if (rnd() % 2)
			*(uint32_t *)(a + 1) = htonl(0x0a000000 + rnd() % 4);
		if (rnd() % 3 == 0)
			*(uint32_t *)(a + 1) = 1;	/* lo */
		len = NLMSG_ALIGN(len) + NLA_ALIGN(NLA_HDRLEN + n);
	}
	nh->nlmsg_len = rnd() % 32 ? (unsigned int)len : rnd() % 1024;
	sendto(netlink[diag], buf, len, MSG_DONTWAIT, (void *)&nl, sizeof(nl));
	while (recv(netlink[diag], buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

/* Message with a destination and control messages, all random. */
static void do_sendmsg(int fd)
{
	unsigned char control[256] __aligned(8);
	struct iovec iov[3];
	struct sockaddr_in sin;
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = rnd() % 4 };
	struct cmsghdr *c = (void *)control;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		iov[i].iov_len = rnd() % 8 ? rnd() % 2000 : rnd() % 70000;
		iov[i].iov_base = pointer(64);
		if (iov[i].iov_base == page && iov[i].iov_len > 4096)
			iov[i].iov_len = 4096;
	}
	address(&sin);
	if (rnd() % 4) {
		msg.msg_name = &sin;
		msg.msg_namelen = rnd() % 8 ? sizeof(sin) : rnd() % 200;
		if (msg.msg_namelen > sizeof(sin))
			msg.msg_namelen = sizeof(sin);
	}
	if (rnd() % 2) {
		for (i = 0; i < sizeof(control); i++)
			control[i] = rnd() % 3 ? 0 : rnd();
		c->cmsg_level = rnd() % 8 ? SOL_IP : (int)rnd() % 300;
		c->cmsg_type = rnd() % 60;
		c->cmsg_len = rnd() % 8 ? CMSG_LEN(rnd() % 44) : rnd() % 300;
		msg.msg_control = control;
		msg.msg_controllen = rnd() % 4 ? CMSG_ALIGN(c->cmsg_len) :
				     rnd() % 256;
		if (msg.msg_controllen > sizeof(control))
			msg.msg_controllen = sizeof(control);
	}
	sendmsg(fd, &msg, (rnd() & rnd()) | MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void do_recvmsg(int fd)
{
	unsigned char name[128], control[512];
	struct iovec iov = { pointer(2000), rnd() % 4096 };
	struct msghdr msg = {
		.msg_name = name, .msg_namelen = rnd() % 128,
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = rnd() % 512,
	};

	recvmsg(fd, &msg, (rnd() & rnd() & ~MSG_WAITALL) | MSG_DONTWAIT);
}

/* Read a bit of a file of the family's directories, or write to it. */
static void do_file(void)
{
	static const char *const names[] = {
		"net/snmp", "net/netstat", "net/sockstat", "net/tcp",
		"net/udp", "net/raw", "net/icmp", "net/route", "net/arp",
		"sys/ip_forward", "sys/ip_default_ttl",
		"sys/ip_local_port_range", "sys/ping_group_range",
		"sys/conf/all/forwarding", "sys/neigh/lo/mcast_solicit",
		"sys/tcp_rmem", "sys/ip_unprivileged_port_start",
	};
	const char *n = names[rnd() % ARRAY_SIZE(names)];
	char path[128], buf[300];
	int fd, len;

	if (!strncmp(n, "net/", 4))
		snprintf(path, sizeof(path), "/proc/self/net/%s%s",
			 flavour == FL_INET ? "" : "inetx/", n + 4);
	else
		snprintf(path, sizeof(path), "/proc/sys/net/%s/%s",
			 flavour == FL_INET ? "ipv4" : "inetx", n + 4);
	fd = open(path, (rnd() % 2 ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return;
	if (rnd() % 4 == 0)
		lseek(fd, rnd() % 1000, SEEK_SET);
	if (read(fd, buf, rnd() % sizeof(buf)) < 0)
		errno = 0;
	len = snprintf(buf, sizeof(buf), "%d %d", value(), value());
	if (write(fd, buf, rnd() % 4 ? len : (int)(rnd() % 300)) < 0)
		errno = 0;
	close(fd);
}

static void one_call(void)
{
	int i = rnd() % SOCKS, fd = socks[i], s;
	struct sockaddr_in sin;
	socklen_t len = rnd() % 8 ? sizeof(sin) : rnd() % 200;

	address(&sin);
	switch (rnd() % 20) {
	case 0:
		if (rnd() % 2)
			new_socket(i);
		break;
	case 1:
		bind(fd, rnd() % 16 ? (void *)&sin : pointer(16),
		     len > sizeof(sin) ? sizeof(sin) : len);
		break;
	case 2:
		connect(fd, (void *)&sin, len > sizeof(sin) ? 16 : len);
		break;
	case 3:
		listen(fd, value());
		break;
	case 4:
		s = accept4(fd, (void *)&sin, &len, SOCK_NONBLOCK);
		if (s >= 0) {
			close(socks[(i + 1) % SOCKS]);
			socks[(i + 1) % SOCKS] = s;
		}
		break;
	case 5:
		shutdown(fd, rnd() % 4);
		break;
	case 6:
		len = rnd() % 32;
		if (rnd() % 2)
			getsockname(fd, pointer(32), &len);
		else
			getpeername(fd, pointer(32), &len);
		break;
	case 7:
		poll_for(fd, rnd(), 0);
		break;
	case 8:
		do_ioctl(fd);
		break;
	case 9:
		do_recvmsg(fd);
		break;
	case 10:
	case 11:
		do_sendmsg(fd);
		break;
	case 12:
	case 13:
		do_netlink();
		break;
	case 14:
		do_file();
		break;
	default:
		do_option(fd);
	}
}

static void prepare(void)
{
	static const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK, .nl_groups = 0x5555,
	};
	int i, size = 4096;

	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page + 4096, 4096);
	for (i = 0; i < SOCKS; i++) {
		socks[i] = -1;
		new_socket(i);
	}
	netlink[0] = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	netlink[1] = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	bind(netlink[0], (void *)&groups, sizeof(groups));
	setsockopt(netlink[0], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

#define MIN_CALLS 1000

/*
 * Random calls until end_ms, longer where the machine was too busy for some
 * number of them; how many there were is added to *total.
 */
static void run(uint64_t seed, bool own_namespace, long long end_ms,
		long *total)
{
	long n;

	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		_exit(1);
	if (own_namespace &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNET) || link_up("lo")))
		_exit(2);
	rnd_state = seed * 0x9e3779b97f4a7c15ull | 1;
	prepare();
	for (n = 0; now_ms() < end_ms ||
	     (n < MIN_CALLS && now_ms() < end_ms + 20000); n++)
		one_call();
	__sync_fetch_and_add(total, n);
	_exit(0);
}

static bool tcp_works(void)
{
	int l = xsocket(SOCK_STREAM, 0), c = xsocket(SOCK_STREAM, 0), s;
	char b;

	if (xbind(l, "127.0.0.1", 0) || listen(l, 1) ||
	    xconnect(c, "127.0.0.1", local_port(l)))
		return false;
	s = accept(l, NULL, NULL);
	if (send(c, "x", 1, 0) != 1 || recv(s, &b, 1, 0) != 1)
		return false;
	close(l);
	close(c);
	close(s);
	return true;
}

#define CHILDREN 2

static void fuzz(struct __test_metadata *_metadata, bool own_namespace)
{
	const char *s = getenv("FUZZ_SEED"), *t = getenv("FUZZ_SECONDS");
	uint64_t seed = s ? strtoull(s, NULL, 0) : (uint64_t)time(NULL);
	int seconds = t ? atoi(t) : flavour == FL_INET ? 2 : 10, i, status;
	long long end = now_ms() + seconds * 1000;
	pid_t pid[CHILDREN];
	long *total;

	total = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < CHILDREN; i++) {
		pid[i] = fork();
		ASSERT_GE(pid[i], 0);
		if (!pid[i])
			run(seed + i, own_namespace, end, total);
	}
	for (i = 0; i < CHILDREN; i++) {
		EXPECT_EQ(pid[i], waitpid(pid[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	printf("# FUZZ_SEED=%llu: %ld calls in %d s\n",
	       (unsigned long long)seed, *total, seconds);
	fflush(stdout);
	EXPECT_GE(*total, MIN_CALLS);
	EXPECT_TRUE(tcp_works());
}

TEST_F(calls, unprivileged)
{
	fuzz(_metadata, false);
}

TEST_F(calls, own_user_namespace)
{
	fuzz(_metadata, true);
}

TEST_HARNESS_MAIN
