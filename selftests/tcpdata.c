// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * TCP and files: sendfile(2), splice(2), readv(2) and writev(2) over a connection.
 */
#include "tcp.h"

/* 1 MiB of a known pattern in a memory file. */
static int pattern_file(size_t size)
{
	int fd = memfd_create("pattern", MFD_CLOEXEC);
	unsigned int i;
	char buf[4096];

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = i * 11;
	for (i = 0; i < size / sizeof(buf); i++)
		if (write(fd, buf, sizeof(buf)) != sizeof(buf))
			die("write");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Read to the end and compare with the pattern; the length or -1. */
static long read_pattern(int fd)
{
	static char buf[4096];
	long total = 0;
	ssize_t n, i;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0) {
		for (i = 0; i < n; i++)
			if (buf[i] != (char)((total + i) % 4096 * 11))
				return -1;
		total += n;
	}
	return n ? -1 : total;
}

TEST_F(tcp, sendfile)
{
	size_t size = 1 << 20, done = 0;
	int c, s, f, status;
	ssize_t n;
	pid_t pid;

	connection(&c, &s);
	f = pattern_file(size);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		close(s);
		for (; done < size; done += n) {
			n = sendfile(c, f, NULL, size - done);
			if (n <= 0)
				_exit(1);
		}
		_exit(0);
	}
	close(c);
	EXPECT_EQ((long)size, read_pattern(s));
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, status);
	close(s);
	close(f);
}

/* File to pipe to socket, socket to pipe to memory. */
TEST_F(tcp, splice)
{
	static char buf[65536];
	int c, s, f, p[2], status;
	size_t size = 1 << 20, total = 0;
	ssize_t n, m, i;
	pid_t pid;

	connection(&c, &s);
	f = pattern_file(size);
	ASSERT_ERRNO(0, pipe(p));
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		close(s);
		while ((n = splice(f, NULL, p[1], NULL, 65536, 0)) > 0)
			for (; n > 0; n -= m) {
				m = splice(p[0], NULL, c, NULL, n, 0);
				if (m <= 0)
					_exit(1);
			}
		_exit(0);
	}
	close(c);
	close(p[0]);
	close(p[1]);
	ASSERT_ERRNO(0, pipe(p));
	while ((n = splice(s, NULL, p[1], NULL, 65536, 0)) > 0) {
		ASSERT_EQ(n, read(p[0], buf, sizeof(buf)));
		for (i = 0; i < n; i++)
			if (buf[i] != (char)((total + i) % 4096 * 11))
				break;
		ASSERT_EQ(n, i);
		total += n;
	}
	EXPECT_EQ(0, n);
	EXPECT_EQ(size, total);
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, status);
	close(s);
	close(f);
	close(p[0]);
	close(p[1]);
}

TEST_F(tcp, vectors)
{
	struct iovec o[3] = { { "ab", 2 }, { "", 0 }, { "cde", 3 } };
	struct msghdr msg = { .msg_iov = o, .msg_iovlen = 3 };
	struct sockaddr_in sin = { 0 };
	char x[3], y[8];
	struct iovec i[2] = { { x, 3 }, { y, 8 } };
	int c, s;

	connection(&c, &s);
	/* an address on a connected stream is ignored */
	msg.msg_name = &sin;
	msg.msg_namelen = sizeof(sin);
	EXPECT_EQ(5, sendmsg(c, &msg, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	msg.msg_iov = i;
	msg.msg_iovlen = 2;
	EXPECT_EQ(5, recvmsg(s, &msg, 0));
	EXPECT_EQ(0, msg.msg_namelen);
	EXPECT_EQ(0, memcmp("abc", x, 3));
	EXPECT_EQ(0, memcmp("de", y, 2));
	EXPECT_ERRNO(EFAULT, send(c, (void *)8, 10, MSG_NOSIGNAL));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(1, recv(s, y, 1, 0));
	close(c);
	close(s);
}

TEST_HARNESS_MAIN
