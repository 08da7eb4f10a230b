// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "common.h"
#include "routing.h"

/*
 * One ip(8) for a whole test, because starting programs is what costs most in
 * an emulated guest: it reads commands from a pipe, and the answer to the last
 * of a batch says that all have been done.
 */
#define DONE	"1: lo: <"

static int to_ip = -1, from_ip = -1;

static void start_ip(void)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		abort();
	fflush(NULL);
	if (!fork()) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(out[1], 2);
		if (flavour == FL_INET)
			execlp("ip", "ip", "-o", "-force", "-batch", "-", NULL);
		else
			execlp("inetx-run", "inetx-run", "ip", "-o", "-force",
			       "-batch", "-", NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	to_ip = in[1];
	from_ip = out[0];
}

/* What ip(8) says to these commands; static. */
static char *run_ip(const char *lines)
{
	static char out[16384];
	char in[8192], *done;
	ssize_t n, have = 0;

	if (to_ip < 0)
		start_ip();
	n = snprintf(in, sizeof(in), "%s\nlink show lo\n", lines);
	if (write(to_ip, in, n) != n)
		abort();
	for (;;) {
		n = read(from_ip, out + have, sizeof(out) - 1 - have);
		if (n <= 0)
			return "ip: no answer";
		have += n;
		out[have] = '\0';
		done = strstr(out, DONE);
		if (done && strchr(done, '\n')) {
			*done = '\0';
			return out;
		}
	}
}

int ip_batch(const char *lines)
{
	const char *out = run_ip(lines);

	if (!*out)
		return 0;
	fprintf(stderr, "# ip: %s", out);
	return -1;
}

const char *ip_show(const char *args)
{
	char *out = run_ip(args), *to = out;
	const char *from;

	for (from = out; *from; from++) {
		bool blank = strchr(" \t\\", *from);

		if ((blank || *from == '\n') && to > out && to[-1] == ' ')
			to--;
		*to++ = blank ? ' ' : *from;
	}
	*to = '\0';
	return out;
}

bool ip_says(const char *args, const char *what)
{
	const char *out = ip_show(args);

	if (strstr(out, what))
		return true;
	fprintf(stderr, "# %s: %s", args, out);
	return false;
}

struct req {
	struct nlmsghdr nh;
	struct rtmsg rtm;
	char attrs[256];
};

static void put(struct req *r, int type, const void *data, int len)
{
	struct rtattr *a = (void *)r + NLMSG_ALIGN(r->nh.nlmsg_len);

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->nh.nlmsg_len = NLMSG_ALIGN(r->nh.nlmsg_len) + RTA_SPACE(len);
}

static void put_u32(struct req *r, int type, uint32_t val)
{
	put(r, type, &val, sizeof(val));
}

static void put_ip(struct req *r, int type, const char *ip)
{
	struct in_addr a;

	if (!ip)
		return;
	if (inet_pton(AF_INET, ip, &a) != 1)
		abort();
	put(r, type, &a, sizeof(a));
}

static void put_dev(struct req *r, int type, const char *dev)
{
	if (dev)
		put_u32(r, type, if_nametoindex(dev));
}

static void fill(struct req *r, const struct query *q)
{
	uint16_t port;

	*r = (struct req){
		.nh.nlmsg_len = NLMSG_LENGTH(sizeof(r->rtm)),
		.nh.nlmsg_type = RTM_GETROUTE,
		.nh.nlmsg_flags = NLM_F_REQUEST,
		.rtm.rtm_family = fam(),
		.rtm.rtm_dst_len = 32,
		.rtm.rtm_src_len = q->src ? 32 : 0,
		.rtm.rtm_tos = q->tos,
	};
	put_ip(r, RTA_DST, q->dst);
	put_ip(r, RTA_SRC, q->src);
	put_dev(r, RTA_IIF, q->iif);
	put_dev(r, RTA_OIF, q->oif);
	if (q->mark)
		put_u32(r, RTA_MARK, q->mark);
	if (q->uid)
		put_u32(r, RTA_UID, q->uid);
	if (q->proto)
		put(r, RTA_IP_PROTO, &q->proto, sizeof(q->proto));
	port = htons(q->sport);
	if (port)
		put(r, RTA_SPORT, &port, sizeof(port));
	port = htons(q->dport);
	if (port)
		put(r, RTA_DPORT, &port, sizeof(port));
}

const char *way_to(const struct query *q)
{
	static char name[IF_NAMESIZE];
	static char buf[8192];
	struct nlmsghdr *nh = (void *)buf;
	const char *way = "no answer";
	struct rtattr *a;
	static int fd = -1;
	struct req r;
	int left;

	fill(&r, q);
	if (fd < 0)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			    NETLINK_ROUTE);
	if (send(fd, &r, r.nh.nlmsg_len, 0) > 0 &&
	    recv(fd, buf, sizeof(buf), 0) > 0) {
		if (nh->nlmsg_type == NLMSG_ERROR) {
			struct nlmsgerr *err = NLMSG_DATA(nh);

			way = strerrorname_np(-err->error);
		} else {
			left = RTM_PAYLOAD(nh);
			for (a = RTM_RTA(NLMSG_DATA(nh)); RTA_OK(a, left);
			     a = RTA_NEXT(a, left))
				if (a->rta_type == RTA_OIF)
					way = if_indextoname(*(int *)RTA_DATA(a),
							     name);
		}
	}
	return way;
}

int ways_setup(void)
{
	char lines[4096];
	int i, n = 0;

	for (i = 1; i <= 4; i++)
		n += snprintf(lines + n, sizeof(lines) - n,
			      "link add d%d type dummy\n"
			      "addr add 10.%d.0.1/24 dev d%d\n"
			      "link set d%d up\n"
			      "route add default via 10.%d.0.254 table 10%d\n",
			      i, i, i, i, i, i);
	snprintf(lines + n, sizeof(lines) - n,
		 "route add default via 10.1.0.254\n");
	return ip_batch(lines);
}

int no_ipv6(void)
{
	char path[64];
	int i, fd;

	for (i = 1; i <= 4; i++) {
		snprintf(path, sizeof(path),
			 "/proc/sys/net/ipv6/conf/d%d/disable_ipv6", i);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "1", 1) != 1)
			return -1;
		close(fd);
	}
	return 0;
}

long long tx_packets(const char *dev)
{
	char line[512], name[IF_NAMESIZE];
	long long tx = -1;
	FILE *f = fopen("/proc/self/net/dev", "r");

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line,
			   " %15[^:]: %*s %*s %*s %*s %*s %*s %*s %*s %*s %lld",
			   name, &tx) == 2 && !strcmp(name, dev))
			break;
		tx = -1;
	}
	fclose(f);
	return tx;
}
