// SPDX-License-Identifier: GPL-2.0
/* timeout: 600 */
/* vm: --cpus 2 */
/*
 * TCP: connections, data, the ways to end, poll bits, errors and the basic
 * options, over lo and between namespaces.
 */
#include "tcp.h"

TEST_F(tcp, connect_accept)
{
	struct sockaddr_in a, b;
	socklen_t la = sizeof(a), lb = sizeof(b);
	int l, c, s, port;
	char buf[16];

	l = listener("127.0.0.1", &port, 8);
	EXPECT_EQ(1, get_int(l, SOL_SOCKET, SO_ACCEPTCONN));
	EXPECT_EQ(TCP_LISTEN, tcp_state(l));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	memset(&a, 0xff, sizeof(a));
	s = accept4(l, (void *)&a, &la, SOCK_CLOEXEC | SOCK_NONBLOCK);
	ASSERT_GE(s, 0);
	EXPECT_EQ(sizeof(a), la);
	EXPECT_EQ(addr_fam(), a.sin_family);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), a.sin_addr.s_addr);
	EXPECT_EQ(local_port(c), ntohs(a.sin_port));
	EXPECT_EQ(0, *(long long *)a.sin_zero);
	EXPECT_EQ(FD_CLOEXEC, fcntl(s, F_GETFD));
	EXPECT_EQ(O_NONBLOCK, fcntl(s, F_GETFL) & O_NONBLOCK);

	EXPECT_ERRNO(0, getpeername(c, (void *)&b, &lb));
	EXPECT_EQ(addr_fam(), b.sin_family);
	EXPECT_EQ(htons(port), b.sin_port);
	EXPECT_ERRNO(0, getsockname(s, (void *)&b, &lb));
	EXPECT_EQ(addr_fam(), b.sin_family);
	EXPECT_EQ(htons(port), b.sin_port);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), b.sin_addr.s_addr);
	EXPECT_ERRNO(0, getpeername(s, (void *)&b, &lb));
	EXPECT_EQ(local_port(c), ntohs(b.sin_port));
	EXPECT_ERRNO(ENOTCONN, getpeername(l, (void *)&b, &lb));

	EXPECT_EQ(TCP_ESTABLISHED, tcp_state(c));
	EXPECT_EQ(TCP_ESTABLISHED, tcp_state(s));
	EXPECT_EQ(5, send(c, "hello", 5, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(5, recv(s, buf, sizeof(buf), 0));
	EXPECT_EQ(0, memcmp(buf, "hello", 5));
	EXPECT_EQ(2, send(s, "ok", 2, 0));
	EXPECT_EQ(2, recv(c, buf, sizeof(buf), 0));
	EXPECT_ERRNO(EAGAIN, recv(s, buf, 1, 0));
	close(s);
	EXPECT_EQ(0, recv(c, buf, sizeof(buf), 0));
	EXPECT_EQ(TCP_CLOSE_WAIT, tcp_state(c));
	close(c);
	close(l);
}

/* Where lo has a hardware address, what we send to ourselves is for it. */
TEST_F(tcp, lo_with_address)
{
	int l, c, port;

	ASSERT_EQ(0, system("ip link set lo address 02:00:00:00:00:01"));
	l = listener("127.0.0.1", &port, 1);
	c = xsocket(SOCK_STREAM | SOCK_NONBLOCK, 0);
	ASSERT_ERRNO(EINPROGRESS, xconnect(c, "127.0.0.1", port));
	EXPECT_EQ(POLLOUT, poll_for(c, POLLOUT, 5000));
	EXPECT_EQ(TCP_ESTABLISHED, tcp_state(c));
	close(c);
	close(l);
}

/* The accepted socket inherits what the listener was given. */
TEST_F(tcp, accept_inherits)
{
	int l, c, s, port;

	l = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, set_int(l, SOL_SOCKET, SO_KEEPALIVE, 1));
	ASSERT_ERRNO(0, set_int(l, SOL_TCP, TCP_NODELAY, 1));
	ASSERT_ERRNO(0, set_int(l, SOL_SOCKET, SO_RCVBUF, 40000));
	ASSERT_ERRNO(0, set_int(l, SOL_IP, IP_TTL, 9));
	ASSERT_ERRNO(0, xbind(l, "127.0.0.1", 0));
	ASSERT_ERRNO(0, listen(l, 1));
	port = local_port(l);
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	EXPECT_EQ(1, get_int(s, SOL_SOCKET, SO_KEEPALIVE));
	EXPECT_EQ(1, get_int(s, SOL_TCP, TCP_NODELAY));
	EXPECT_EQ(80000, get_int(s, SOL_SOCKET, SO_RCVBUF));
	EXPECT_EQ(9, get_int(s, SOL_IP, IP_TTL));
	EXPECT_EQ(fam(), get_int(s, SOL_SOCKET, SO_DOMAIN));
	EXPECT_EQ(0, get_int(s, SOL_SOCKET, SO_ACCEPTCONN));
	close(l);
	close(c);
	close(s);
}

/* A cheap generator: both ends make the same stream from the same seed. */
static uint64_t next_word(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

#define CHUNK 65536

/* Send total bytes of the stream; 0 or -1. */
static int send_stream(int fd, uint64_t seed, size_t total)
{
	static uint64_t buf[CHUNK / 8];
	size_t done = 0, off, n, i;
	ssize_t w;

	while (done < total) {
		n = total - done < CHUNK ? total - done : CHUNK;
		for (i = 0; i < (n + 7) / 8; i++)
			buf[i] = next_word(&seed);
		for (off = 0; off < n; off += w) {
			w = send(fd, (char *)buf + off, n - off, MSG_NOSIGNAL);
			if (w <= 0)
				return -1;
		}
		done += n;
	}
	return 0;
}

/* Receive to the end; 0 if it was the stream, whole; else -1. */
static int recv_stream(int fd, uint64_t seed, size_t total)
{
	static uint64_t want[CHUNK / 8];
	static char buf[CHUNK];
	size_t done = 0, n, i;
	ssize_t r;

	while (done < total) {
		n = total - done < CHUNK ? total - done : CHUNK;
		for (i = 0; i < (n + 7) / 8; i++)
			want[i] = next_word(&seed);
		for (i = 0; i < n; i += r) {
			r = recv(fd, buf + i, n - i, 0);
			if (r <= 0)
				return -1;
		}
		if (memcmp(buf, want, n))
			return -1;
		done += n;
	}
	return recv(fd, buf, 1, 0) == 0 ? 0 : -1;
}

/* Both ends send total bytes at once and check what they get; 0 if all well. */
static int exchange(int c, int s, size_t total)
{
	int status, bad = 0, i;
	pid_t pid[3];

	for (i = 0; i < 3; i++) {
		pid[i] = fork();
		if (pid[i] < 0)
			die("fork");
		if (pid[i])
			continue;
		if (i == 0)
			_exit(send_stream(c, 11, total) ||
			      shutdown(c, SHUT_WR));
		if (i == 1)
			_exit(send_stream(s, 22, total) ||
			      shutdown(s, SHUT_WR));
		_exit(!!recv_stream(s, 11, total));
	}
	if (recv_stream(c, 22, total))
		bad++;
	for (i = 0; i < 3; i++) {
		waitpid(pid[i], &status, 0);
		bad += status != 0;
	}
	return bad;
}

TEST_F(tcp, large_transfer)
{
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(0, exchange(c, s, slow() ? 4 << 20 : 64 << 20));
	close(c);
	close(s);
}

TEST_F(tcp, between_namespaces)
{
	int there, l, c, s;

	there = pair_setup();
	ASSERT_GE(there, 0);
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_GE(l, 0);
	ASSERT_ERRNO(0, xbind(l, "10.9.0.2", 8000));
	ASSERT_ERRNO(0, listen(l, 4));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "10.9.0.2", 8000));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	EXPECT_EQ(0, exchange(c, s, slow() ? 1 << 20 : 16 << 20));
	close(c);
	close(s);
	close(l);
	close(there);
}

/* Loss, reordering and duplication: nothing may be missing or twice. */
TEST_F(tcp, lossy_path)
{
	int there, l, c, s;

	there = pair_setup();
	ASSERT_GE(there, 0);
	if (system("tc qdisc add dev v0 root netem delay 2ms 1ms loss 1% duplicate 1% 2>&1"))
		SKIP(return, "no netem qdisc here");
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(l, "10.9.0.2", 8000));
	ASSERT_ERRNO(0, listen(l, 4));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "10.9.0.2", 8000));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	EXPECT_EQ(0, exchange(c, s, slow() ? 256 << 10 : 2 << 20));
	close(c);
	close(s);
	close(l);
	close(there);
}

TEST_F(tcp, half_close)
{
	char buf[8];
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(3, send(c, "abc", 3, 0));
	EXPECT_ERRNO(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(3, recv(s, buf, sizeof(buf), 0));
	EXPECT_EQ(0, recv(s, buf, sizeof(buf), 0));
	EXPECT_EQ(TCP_CLOSE_WAIT, tcp_state(s));
	EXPECT_EQ(TCP_FIN_WAIT2, await_state(c, TCP_FIN_WAIT2));
	EXPECT_ERRNO(EPIPE, send(c, "x", 1, MSG_NOSIGNAL));
	/* the other way still works */
	EXPECT_EQ(4, send(s, "late", 4, 0));
	EXPECT_EQ(4, recv(c, buf, sizeof(buf), 0));
	EXPECT_ERRNO(0, shutdown(s, SHUT_WR));
	EXPECT_EQ(0, recv(c, buf, sizeof(buf), 0));
	EXPECT_ERRNO(ENOTCONN, shutdown(s, SHUT_WR));
	close(c);
	close(s);
}

TEST_F(tcp, shutdown_read)
{
	char buf[8];
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(1, send(s, "x", 1, 0));
	EXPECT_EQ(POLLIN, poll_for(c, POLLIN, 5000));
	EXPECT_ERRNO(0, shutdown(c, SHUT_RD));
	EXPECT_EQ(1, recv(c, buf, 1, 0));
	EXPECT_EQ(0, recv(c, buf, 1, 0));
	/* Linux goes on taking what arrives */
	EXPECT_EQ(1, send(s, "y", 1, MSG_NOSIGNAL));
	EXPECT_EQ(POLLIN | POLLRDHUP,
		  poll_until(c, POLLIN | POLLRDHUP, 5000));
	EXPECT_EQ(1, send(c, "z", 1, MSG_NOSIGNAL));
	EXPECT_EQ(1, recv(s, buf, 1, 0));
	close(c);
	close(s);
}

TEST_F(tcp, reset_on_unread_data)
{
	char buf[8];
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(3, send(c, "abc", 3, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	close(s);
	EXPECT_EQ(POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP,
		  poll_until(c, POLLERR | POLLHUP, 5000) |
		  poll_for(c, ALL_EVENTS, 0));
	EXPECT_ERRNO(ECONNRESET, recv(c, buf, 1, 0));
	EXPECT_EQ(0, recv(c, buf, 1, 0));
	EXPECT_ERRNO(EPIPE, send(c, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(0, get_int(c, SOL_SOCKET, SO_ERROR));
	close(c);
}

TEST_F(tcp, linger_zero)
{
	struct linger lg = { .l_onoff = 1 };
	char buf[8];
	int c, s;

	connection(&c, &s);
	ASSERT_ERRNO(0, setsockopt(c, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg)));
	close(c);
	EXPECT_EQ(POLLERR | POLLHUP, poll_until(s, POLLERR | POLLHUP, 5000));
	EXPECT_EQ(ECONNRESET, get_int(s, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(0, recv(s, buf, 1, 0));
	EXPECT_EQ(TCP_CLOSE, tcp_state(s));
	close(s);
}

/* SO_LINGER with time: close() returns when the peer has it all. */
TEST_F(tcp, linger_time)
{
	struct linger lg = { .l_onoff = 1, .l_linger = 5 };
	long long t;
	char buf[8];
	int c, s;

	connection(&c, &s);
	ASSERT_ERRNO(0, setsockopt(c, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg)));
	EXPECT_EQ(2, send(c, "ab", 2, 0));
	t = now_ms();
	close(c);
	EXPECT_LT(now_ms() - t, 4000);
	EXPECT_EQ(2, recv(s, buf, sizeof(buf), 0));
	EXPECT_EQ(0, recv(s, buf, sizeof(buf), 0));
	close(s);
}

TEST_F(tcp, data_after_close)
{
	int c, s;

	connection(&c, &s);
	close(s);
	EXPECT_EQ(TCP_CLOSE_WAIT, await_state(c, TCP_CLOSE_WAIT));
	/* the first goes out and is answered by a reset */
	EXPECT_EQ(1, send(c, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(POLLERR | POLLHUP, poll_until(c, POLLERR | POLLHUP, 5000));
	EXPECT_ERRNO(EPIPE, send(c, "x", 1, MSG_NOSIGNAL));
	close(c);
}

static int sigpipes;

static void on_sigpipe(int sig)
{
	(void)sig;
	sigpipes++;
}

TEST_F(tcp, sigpipe)
{
	struct sigaction sa = { .sa_handler = on_sigpipe };
	int c, s;

	sigaction(SIGPIPE, &sa, NULL);
	connection(&c, &s);
	EXPECT_ERRNO(0, shutdown(c, SHUT_WR));
	EXPECT_ERRNO(EPIPE, send(c, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(0, sigpipes);
	EXPECT_ERRNO(EPIPE, send(c, "x", 1, 0));
	EXPECT_EQ(1, sigpipes);
	EXPECT_ERRNO(EPIPE, write(c, "x", 1));
	EXPECT_EQ(2, sigpipes);
	close(c);
	close(s);
}

TEST_F(tcp, refused)
{
	int l, c, port;

	l = listener("127.0.0.1", &port, 1);
	close(l);
	c = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(ECONNREFUSED, xconnect(c, "127.0.0.1", port));
	/* the socket may try again */
	EXPECT_ERRNO(ECONNREFUSED, xconnect(c, "127.0.0.1", port));
	close(c);

	c = xsocket(SOCK_STREAM | SOCK_NONBLOCK, 0);
	EXPECT_ERRNO(EINPROGRESS, xconnect(c, "127.0.0.1", port));
	EXPECT_EQ(POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP,
		  poll_until(c, POLLERR | POLLHUP, 5000) |
		  poll_for(c, ALL_EVENTS, 0));
	EXPECT_EQ(ECONNREFUSED, get_int(c, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(0, get_int(c, SOL_SOCKET, SO_ERROR));
	close(c);
}

TEST_F(tcp, connect_errors)
{
	struct sockaddr_in sin = xaddr("127.0.0.1", 8001);
	int fd = xsocket(SOCK_STREAM, 0);

	EXPECT_ERRNO(EINVAL, connect(fd, (void *)&sin, 15));
	EXPECT_ERRNO(EINVAL, connect(fd, (void *)&sin, 1));
	sin.sin_family = AF_INET6;
	EXPECT_ERRNO(EAFNOSUPPORT, connect(fd, (void *)&sin, sizeof(sin)));
	EXPECT_ERRNO(ENETUNREACH, xconnect(fd, "10.1.1.1", 80));
	EXPECT_ERRNO(ENETUNREACH, xconnect(fd, "224.0.0.1", 80));
	EXPECT_EQ(TCP_CLOSE, tcp_state(fd));
	close(fd);
}

/* connect() without waiting, over a path whose answer can be held back. */
TEST_F(tcp, nonblocking_connect)
{
	int there, l, c, s;

	there = pair_setup();
	ASSERT_GE(there, 0);
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(l, "10.9.0.2", 8002));
	ASSERT_ERRNO(0, listen(l, 1));
	ASSERT_EQ(0, set_nonblock(l, true));
	EXPECT_ERRNO(EAGAIN, accept(l, NULL, NULL));
	EXPECT_EQ(0, poll_for(l, POLLIN, 0));
	/* no carrier: the neighbour stays unresolved */
	ASSERT_EQ(0, system("ip link set v0 arp on && ip link set v0 txqueuelen 1000"));
	c = xsocket(SOCK_STREAM | SOCK_NONBLOCK, 0);
	ASSERT_ERRNO(EINPROGRESS, xconnect(c, "10.9.0.3", 8002));
	EXPECT_EQ(TCP_SYN_SENT, tcp_state(c));
	EXPECT_ERRNO(EALREADY, xconnect(c, "10.9.0.3", 8002));
	EXPECT_EQ(0, poll_for(c, ALL_EVENTS, 0));
	EXPECT_ERRNO(EAGAIN, send(c, "x", 1, MSG_NOSIGNAL));
	close(c);

	c = xsocket(SOCK_STREAM | SOCK_NONBLOCK, 0);
	ASSERT_ERRNO(EINPROGRESS, xconnect(c, "10.9.0.2", 8002));
	EXPECT_EQ(POLLOUT, poll_for(c, POLLIN | POLLOUT, 5000));
	EXPECT_EQ(0, get_int(c, SOL_SOCKET, SO_ERROR));
	/* the first call after it tells of the success, the next refuses */
	EXPECT_ERRNO(0, xconnect(c, "10.9.0.2", 8002));
	EXPECT_ERRNO(EISCONN, xconnect(c, "10.9.0.2", 8002));
	EXPECT_EQ(POLLIN, poll_for(l, POLLIN, 5000));
	s = accept(l, NULL, NULL);
	EXPECT_GE(s, 0);
	EXPECT_EQ(0, fcntl(s, F_GETFL) & O_NONBLOCK);
	EXPECT_ERRNO(EAGAIN, accept(l, NULL, NULL));
	close(c);
	close(s);
	close(l);
	close(there);
}

TEST_F(tcp, already_connected)
{
	int c, s;

	connection(&c, &s);
	EXPECT_ERRNO(EISCONN, xconnect(c, "127.0.0.1", 8003));
	EXPECT_ERRNO(EISCONN, xconnect(s, "127.0.0.1", 8003));
	EXPECT_ERRNO(EINVAL, listen(c, 1));
	EXPECT_ERRNO(EINVAL, accept(c, NULL, NULL));
	EXPECT_ERRNO(EINVAL, xbind(c, "127.0.0.1", 0));
	close(c);
	close(s);
}

TEST_F(tcp, listener_calls)
{
	char buf[4];
	int l;

	l = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(l, "127.0.0.1", 8004));
	ASSERT_ERRNO(0, listen(l, 1));
	EXPECT_ERRNO(0, listen(l, 5));
	EXPECT_ERRNO(EISCONN, xconnect(l, "127.0.0.1", 8004));
	EXPECT_ERRNO(ENOTCONN, recv(l, buf, 1, 0));
	EXPECT_ERRNO(EPIPE, send(l, "x", 1, MSG_NOSIGNAL));
	/* shutdown() ends listening; the port stays for a later listen() */
	EXPECT_ERRNO(0, shutdown(l, SHUT_RD));
	EXPECT_ERRNO(EINVAL, accept(l, NULL, NULL));
	EXPECT_ERRNO(0, listen(l, 1));
	EXPECT_EQ(8004, local_port(l));
	close(l);
}

TEST_F(tcp, poll_bits)
{
	char buf[4];
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(POLLOUT, poll_for(c, ALL_EVENTS, 0));
	EXPECT_EQ(1, send(s, "x", 1, 0));
	EXPECT_EQ(POLLIN, poll_for(c, POLLIN, 5000));
	EXPECT_EQ(POLLIN | POLLOUT, poll_for(c, ALL_EVENTS, 0));
	EXPECT_EQ(1, recv(c, buf, 4, 0));
	EXPECT_ERRNO(0, shutdown(s, SHUT_WR));
	EXPECT_EQ(POLLIN | POLLRDHUP, poll_until(c, POLLIN | POLLRDHUP, 5000));
	EXPECT_EQ(POLLIN | POLLOUT | POLLRDHUP, poll_for(c, ALL_EVENTS, 0));
	EXPECT_ERRNO(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(POLLIN | POLLRDHUP | POLLHUP,
		  poll_until(c, POLLIN | POLLRDHUP | POLLHUP, 5000));
	EXPECT_EQ(POLLIN | POLLOUT | POLLRDHUP | POLLHUP,
		  poll_for(c, ALL_EVENTS, 0));
	close(c);
	close(s);
}

/* A writer that runs full sees POLLOUT go, and come back with space. */
TEST_F(tcp, send_buffer_full)
{
	static char buf[65536];
	size_t sent = 0, got = 0;
	ssize_t n;
	int c, s;

	connection(&c, &s);
	ASSERT_EQ(0, set_nonblock(c, true));
	ASSERT_EQ(0, set_nonblock(s, true));
	do {
		n = send(c, buf, sizeof(buf), MSG_NOSIGNAL);
		if (n > 0)
			sent += n;
	} while (n > 0 || poll_for(c, POLLOUT, 100) == POLLOUT);
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_GT(sent, 65536);
	EXPECT_EQ(0, poll_for(c, POLLOUT, 0));
	while (got < sent) {
		n = recv(s, buf, sizeof(buf), 0);
		if (n > 0)
			got += n;
		else if (poll_for(s, POLLIN, 5000) != POLLIN)
			break;
	}
	EXPECT_EQ(sent, got);
	EXPECT_EQ(POLLOUT, poll_for(c, POLLOUT, 5000));
	close(c);
	close(s);
}

TEST_F(tcp, queue_ioctls)
{
	char buf[512];
	int c, s, n = -1;

	connection(&c, &s);
	EXPECT_ERRNO(0, ioctl(s, SIOCINQ, &n));
	EXPECT_EQ(0, n);
	EXPECT_EQ(300, send(c, buf, 300, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_ERRNO(0, ioctl(s, SIOCINQ, &n));
	EXPECT_EQ(300, n);
	EXPECT_EQ(100, recv(s, buf, 100, 0));
	EXPECT_ERRNO(0, ioctl(s, FIONREAD, &n));
	EXPECT_EQ(200, n);
	EXPECT_ERRNO(0, ioctl(s, SIOCATMARK, &n));
	EXPECT_EQ(0, n);
	EXPECT_ERRNO(0, ioctl(c, SIOCOUTQNSD, &n));
	EXPECT_EQ(0, n);
	EXPECT_ERRNO(0, ioctl(c, SIOCOUTQ, &n));
	EXPECT_GE(n, 0);
	close(s);
	close(c);
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, listen(c, 1));
	EXPECT_ERRNO(EINVAL, ioctl(c, SIOCINQ, &n));
	EXPECT_ERRNO(EINVAL, ioctl(c, SIOCOUTQ, &n));
	close(c);
}

TEST_F(tcp, receive_flags)
{
	char buf[16];
	pid_t pid;
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(6, send(c, "abcdef", 6, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(4, recv(s, buf, 4, MSG_PEEK));
	EXPECT_EQ(6, recv(s, buf, 16, MSG_PEEK));
	EXPECT_EQ(2, recv(s, buf, 2, 0));
	EXPECT_EQ(4, xrecv(s, buf, 16));
	EXPECT_EQ(0, memcmp(buf, "cdef", 4));
	EXPECT_ERRNO(EAGAIN, recv(s, buf, 1, MSG_DONTWAIT));
	EXPECT_ERRNO(EAGAIN, recv(s, buf, 1, MSG_DONTWAIT | MSG_PEEK));
	EXPECT_ERRNO(EAGAIN, recv(s, buf, 0, MSG_DONTWAIT));

	/* MSG_WAITALL waits for all of it */
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		send(c, "12", 2, 0);
		usleep(50000);
		send(c, "34", 2, 0);
		usleep(50000);
		send(c, "56", 2, 0);
		_exit(0);
	}
	EXPECT_EQ(6, recv(s, buf, 6, MSG_WAITALL));
	EXPECT_EQ(0, memcmp(buf, "123456", 6));
	waitpid(pid, NULL, 0);

	/* MSG_TRUNC throws away without copying */
	EXPECT_EQ(5, send(c, "uvwxy", 5, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(3, recv(s, NULL, 3, MSG_TRUNC));
	EXPECT_EQ(2, recv(s, buf, 16, 0));
	EXPECT_EQ(0, memcmp(buf, "xy", 2));
	/* MSG_WAITALL ends at the end of the stream */
	EXPECT_EQ(2, send(c, "78", 2, 0));
	EXPECT_ERRNO(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(2, recv(s, buf, 6, MSG_WAITALL));
	EXPECT_EQ(0, recv(s, buf, 6, MSG_WAITALL));
	close(c);
	close(s);
}

TEST_F(tcp, receive_timeout)
{
	struct timeval tv = { .tv_usec = 100000 };
	int c, s, l, port;
	long long t;
	char b;

	connection(&c, &s);
	ASSERT_ERRNO(0, setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &tv,
				   sizeof(tv)));
	t = tick_ms();
	EXPECT_ERRNO(EAGAIN, recv(c, &b, 1, 0));
	EXPECT_GE(tick_ms() - t, 90);
	l = listener("127.0.0.1", &port, 1);
	ASSERT_ERRNO(0, setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv,
				   sizeof(tv)));
	t = tick_ms();
	EXPECT_ERRNO(EAGAIN, accept(l, NULL, NULL));
	EXPECT_GE(tick_ms() - t, 90);
	close(l);
	close(c);
	close(s);
}

TEST_F(tcp, options)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);
	int c, s;

	connection(&c, &s);
	EXPECT_EQ(0, get_int(c, SOL_TCP, TCP_NODELAY));
	EXPECT_ERRNO(0, set_int(c, SOL_TCP, TCP_NODELAY, 1));
	EXPECT_EQ(1, get_int(c, SOL_TCP, TCP_NODELAY));
	/* lo has an MTU of 65536: half of the largest window is the bound */
	EXPECT_GT(get_int(c, SOL_TCP, TCP_MAXSEG), 1400);
	EXPECT_LE(get_int(c, SOL_TCP, TCP_MAXSEG), 65496);
	EXPECT_ERRNO(EINVAL, set_int(c, SOL_TCP, TCP_MAXSEG, 1));
	EXPECT_ERRNO(ENOPROTOOPT, set_int(c, SOL_TCP, 999, 1));
	EXPECT_EQ(2, send(c, "ab", 2, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_ERRNO(0, getsockopt(c, SOL_TCP, TCP_INFO, &ti, &len));
	EXPECT_EQ(TCP_ESTABLISHED, ti.tcpi_state);
	EXPECT_GT(ti.tcpi_snd_mss, 500);
	EXPECT_GT(ti.tcpi_rcv_mss, 0);
	EXPECT_GT(ti.tcpi_rto, 0);
	EXPECT_GT(ti.tcpi_snd_cwnd, 1);
	/* a short buffer gets what fits */
	len = 1;
	EXPECT_ERRNO(0, getsockopt(c, SOL_TCP, TCP_INFO, &ti, &len));
	EXPECT_EQ(1, len);
	close(c);
	close(s);
}

/* The queue holds backlog + 1; what is over waits and gets in later. */
TEST_F(tcp, backlog)
{
	int l, c[4], s, i, port, up = 0;

	l = listener("127.0.0.1", &port, 1);
	for (i = 0; i < 4; i++) {
		c[i] = xsocket(SOCK_STREAM | SOCK_NONBLOCK, 0);
		ASSERT_ERRNO(EINPROGRESS, xconnect(c[i], "127.0.0.1", port));
	}
	for (i = 0; i < 2; i++)
		EXPECT_EQ(POLLOUT, poll_for(c[i], POLLOUT, 5000));
	ASSERT_EQ(0, set_nonblock(l, true));
	usleep(100000);
	for (i = 0; i < 2; i++) {
		s = accept(l, NULL, NULL);
		EXPECT_GE(s, 0);
		close(s);
	}
	/* the rest come by retransmission */
	for (i = 0; i < 2; i++) {
		if (poll_for(l, POLLIN, 10000) == POLLIN) {
			s = accept(l, NULL, NULL);
			up += s >= 0;
			close(s);
		}
	}
	EXPECT_EQ(2, up);
	for (i = 0; i < 4; i++)
		close(c[i]);
	close(l);
}

/* Connections that nobody accepted are reset when the listener closes. */
TEST_F(tcp, close_with_backlog)
{
	int l, c[3], i, port;
	char b;

	l = listener("127.0.0.1", &port, 8);
	for (i = 0; i < 3; i++) {
		c[i] = xsocket(SOCK_STREAM, 0);
		ASSERT_ERRNO(0, xconnect(c[i], "127.0.0.1", port));
	}
	close(l);
	for (i = 0; i < 3; i++) {
		EXPECT_ERRNO(ECONNRESET, recv(c[i], &b, 1, 0));
		close(c[i]);
	}
	c[0] = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(ECONNREFUSED, xconnect(c[0], "127.0.0.1", port));
	close(c[0]);
}

TEST_F(tcp, thousand_connections)
{
	int n = slow() ? 300 : 1000, i, l, port, *c, *s;
	struct rlimit rl = { .rlim_cur = 4096, .rlim_max = 4096 };
	uint32_t x;

	if (getrlimit(RLIMIT_NOFILE, &rl) || rl.rlim_cur < 4096) {
		rl.rlim_cur = 4096;
		if (rl.rlim_max < 4096)
			rl.rlim_max = 4096;
		ASSERT_ERRNO(0, setrlimit(RLIMIT_NOFILE, &rl));
	}
	c = calloc(n, sizeof(*c));
	s = calloc(n, sizeof(*s));
	ASSERT_NE(NULL, c);
	ASSERT_NE(NULL, s);
	l = listener("127.0.0.1", &port, 128);
	for (i = 0; i < n; i++) {
		c[i] = xsocket(SOCK_STREAM, 0);
		ASSERT_ERRNO(0, xconnect(c[i], "127.0.0.1", port));
		s[i] = accept(l, NULL, NULL);
		ASSERT_GE(s[i], 0);
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(4, send(c[i], &i, 4, 0));
	for (i = n - 1; i >= 0; i--) {
		ASSERT_EQ(4, recv(s[i], &x, 4, MSG_WAITALL));
		ASSERT_EQ(i, (int)x);
	}
	for (i = 0; i < n; i++) {
		close(c[i]);
		ASSERT_EQ(0, recv(s[i], &x, 4, 0));
		close(s[i]);
	}
	close(l);
	free(c);
	free(s);
}

/* The side that closed first holds the port in TIME_WAIT. */
TEST_F(tcp, time_wait)
{
	int l, c, s, port = 8005;
	char b;

	/* only sockets that had SO_REUSEADDR themselves give way to it */
	l = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, set_int(l, SOL_SOCKET, SO_REUSEADDR, 1));
	ASSERT_ERRNO(0, xbind(l, "127.0.0.1", port));
	ASSERT_ERRNO(0, listen(l, 1));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	close(l);
	close(s);
	EXPECT_EQ(0, recv(c, &b, 1, 0));
	close(c);
	usleep(100000);

	l = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(EADDRINUSE, xbind(l, "127.0.0.1", port));
	EXPECT_ERRNO(0, set_int(l, SOL_SOCKET, SO_REUSEADDR, 1));
	EXPECT_ERRNO(0, xbind(l, "127.0.0.1", port));
	EXPECT_ERRNO(0, listen(l, 1));
	c = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	close(c);
	close(l);
}

TEST_F(tcp, disconnect)
{
	struct sockaddr_in sin, unspec = { .sin_family = AF_UNSPEC };
	socklen_t len = sizeof(sin);
	int l, c, s, port;
	char b;

	l = listener("127.0.0.1", &port, 4);
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	EXPECT_ERRNO(0, connect(c, (void *)&unspec, sizeof(unspec)));
	EXPECT_ERRNO(ENOTCONN, getpeername(c, (void *)&sin, &len));
	EXPECT_EQ(TCP_CLOSE, tcp_state(c));
	EXPECT_ERRNO(ECONNRESET, recv(s, &b, 1, 0));
	close(s);
	/* and connects again */
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(1, recv(s, &b, 1, 0));
	close(s);
	close(c);
	close(l);
}

/* A socket that connects to itself: the crossing SYNs of RFC 9293, 3.5. */
TEST_F(tcp, self_connect)
{
	char buf[4];
	int fd;

	fd = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(fd, "127.0.0.1", 8010));
	ASSERT_ERRNO(0, xconnect(fd, "127.0.0.1", 8010));
	EXPECT_EQ(TCP_ESTABLISHED, tcp_state(fd));
	EXPECT_EQ(2, send(fd, "me", 2, 0));
	EXPECT_EQ(2, recv(fd, buf, 4, 0));
	EXPECT_ERRNO(0, shutdown(fd, SHUT_WR));
	EXPECT_EQ(0, recv(fd, buf, 4, 0));
	close(fd);
}

/* Two threads of control close and use the same socket at once. */
TEST_F(tcp, shutdown_wakes_reader)
{
	int c, s, status;
	pid_t pid;
	char b;

	connection(&c, &s);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid)
		_exit(recv(c, &b, 1, 0) != 0);
	usleep(100000);
	EXPECT_ERRNO(0, shutdown(c, SHUT_RDWR));
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	close(c);
	close(s);
}

/* A peer that vanished answers nothing: the retries end by the set time. */
TEST_F(tcp, user_timeout)
{
	int there, l, c, s;
	long long t;
	char b;

	there = pair_setup();
	ASSERT_GE(there, 0);
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(l, "10.9.0.2", 8011));
	ASSERT_ERRNO(0, listen(l, 4));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "10.9.0.2", 8011));
	ASSERT_ERRNO(0, set_int(c, SOL_TCP, TCP_USER_TIMEOUT, 1000));
	EXPECT_EQ(1000, get_int(c, SOL_TCP, TCP_USER_TIMEOUT));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	ASSERT_EQ(0, system("ip link set v0 down && ip link set v0 up"));
	ASSERT_EQ(0, setns(there, CLONE_NEWNET));
	ASSERT_EQ(0, system("ip link set v1 down"));
	t = now_ms();
	EXPECT_EQ(1, send(c, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(-1, recv(c, &b, 1, 0));
	EXPECT_TRUE(errno == ETIMEDOUT || errno == EHOSTUNREACH ||
		    errno == ENETUNREACH);
	EXPECT_LT(now_ms() - t, 20000);
	close(c);
	close(s);
	close(l);
	close(there);
}

/* Connections of this namespace, orphans too; -1 if not known. */
static int in_use(void)
{
	char line[256];
	int n = -1;
	FILE *f;

	f = fopen(flavour == FL_INET ? "/proc/thread-self/net/sockstat" :
		  "/proc/thread-self/net/inetx/sockstat", "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f) &&
	       sscanf(line, "TCP: inuse %d", &n) < 1)
		;
	fclose(f);
	return n;
}

static int await_unused(void)
{
	long long end = now_ms() + 60000;

	while (in_use() > 0 && now_ms() < end)
		usleep(50000);
	return in_use();
}

/* An orphan whose FIN cannot even be sent, since the route to the peer is gone,
 * ends as one whose peer does not answer: it does not stay for ever.
 */
TEST_F(tcp, orphan_without_route)
{
	int here, there, c, s, l;

	/* Else it goes, and both ends of the cable with it, when we leave. */
	here = open("/proc/self/ns/net", O_RDONLY);
	ASSERT_GE(here, 0);
	there = pair_setup();
	ASSERT_GE(there, 0);
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(l, "10.9.0.2", 8012));
	ASSERT_ERRNO(0, listen(l, 4));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "10.9.0.2", 8012));
	s = accept(l, NULL, NULL);
	ASSERT_GE(s, 0);
	close(l);
	ASSERT_ERRNO(0, sysctl_set("tcp_orphan_retries", "3"));
	ASSERT_EQ(0, system("ip link set v0 down"));
	EXPECT_EQ(1, in_use());
	close(c);
	EXPECT_EQ(1, in_use());
	EXPECT_EQ(0, await_unused());

	ASSERT_EQ(0, setns(there, CLONE_NEWNET));
	ASSERT_ERRNO(0, sysctl_set("tcp_orphan_retries", "3"));
	ASSERT_EQ(0, system("ip link set v1 down"));
	close(s);
	EXPECT_EQ(1, in_use());
	EXPECT_EQ(0, await_unused());
	close(there);
	close(here);
}

TEST_HARNESS_MAIN
