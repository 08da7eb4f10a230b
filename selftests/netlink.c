// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * rtnetlink below iproute2: requests that ip(8) would not send, and who may
 * send them.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(netlink);

TEST_F(netlink, address_errors)
{
	EXPECT_ERRNO(0, addr_add("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(EEXIST, addr_add("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(EINVAL, addr_add("lo", "10.1.0.2", 33));
	EXPECT_ERRNO(EINVAL, addr_add("lo", "10.1.0.2", 255));
	EXPECT_ERRNO(ENODEV, addr_add("nope", "10.1.0.2", 24));
	EXPECT_ERRNO(EADDRNOTAVAIL, addr_del("lo", "10.1.0.2", 24));
	EXPECT_ERRNO(EADDRNOTAVAIL, addr_del("lo", "10.1.0.1", 25));
	EXPECT_ERRNO(ENODEV, addr_del("nope", "10.1.0.1", 24));
	EXPECT_ERRNO(0, addr_del("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(EADDRNOTAVAIL, addr_del("lo", "10.1.0.1", 24));
}

TEST_F(netlink, route_errors)
{
	ASSERT_ERRNO(0, addr_add("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(0, route_add("20.0.0.0", 8, NULL, "lo"));
	EXPECT_ERRNO(EEXIST, route_add("20.0.0.0", 8, NULL, "lo"));
	EXPECT_ERRNO(EINVAL, route_add("20.0.0.0", 33, NULL, "lo"));
	EXPECT_ERRNO(EINVAL, route_add("21.0.0.1", 8, NULL, "lo"));
	EXPECT_ERRNO(ENETUNREACH, route_add("22.0.0.0", 8, "9.9.9.9", NULL));
	EXPECT_ERRNO(ENODEV, route_add("23.0.0.0", 8, NULL, NULL));
}

TEST_F(netlink, privilege)
{
	ASSERT_ERRNO(0, addr_add("lo", "10.1.0.1", 24));
	ASSERT_EQ(0, drop_root());
	EXPECT_ERRNO(EPERM, addr_add("lo", "10.1.0.2", 24));
	EXPECT_ERRNO(EPERM, addr_del("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(EPERM, route_add("20.0.0.0", 8, NULL, "lo"));
	ASSERT_EQ(0, regain_root());
	EXPECT_ERRNO(0, addr_del("lo", "10.1.0.1", 24));
}

/* The errno that the kernel answers to len bytes of a request of type. */
static int request(int type, int flags, const void *body, size_t len)
{
	struct {
		struct nlmsghdr nh;
		unsigned char body[512];
	} req = {
		.nh.nlmsg_len = NLMSG_LENGTH(len),
		.nh.nlmsg_type = type,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
	};
	struct {
		struct nlmsghdr nh;
		struct nlmsgerr err;
		unsigned char rest[4096];
	} ack;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ret = -1;

	memcpy(req.body, body, len);
	if (send(fd, &req, req.nh.nlmsg_len, 0) > 0 &&
	    recv(fd, &ack, sizeof(ack), 0) > 0 &&
	    ack.nh.nlmsg_type == NLMSG_ERROR)
		ret = -ack.err.error;
	close(fd);
	return ret;
}

/* Headers that are cut short, and attributes of a wrong size. */
TEST_F(netlink, short_requests)
{
	unsigned char body[64] = { fam(), 24 };
	struct ifaddrmsg *ifa = (void *)body;
	struct rtattr *rta = (void *)(body + sizeof(*ifa));

	EXPECT_EQ(EINVAL, request(RTM_NEWADDR, NLM_F_CREATE, body, 4));
	EXPECT_EQ(EINVAL, request(RTM_DELADDR, 0, body, 4));
	EXPECT_EQ(EINVAL, request(RTM_NEWROUTE, NLM_F_CREATE, body, 8));
	EXPECT_EQ(EINVAL, request(RTM_DELROUTE, 0, body, 8));
	EXPECT_EQ(EINVAL, request(RTM_GETROUTE, 0, body, 8));

	/* no address at all */
	ifa->ifa_index = if_nametoindex("lo");
	EXPECT_EQ(EINVAL, request(RTM_NEWADDR, NLM_F_CREATE, body,
				  sizeof(*ifa)));
	/* one of two bytes */
	rta->rta_type = IFA_LOCAL;
	rta->rta_len = RTA_LENGTH(2);
	EXPECT_NE(0, request(RTM_NEWADDR, NLM_F_CREATE, body,
			     sizeof(*ifa) + RTA_SPACE(2)));
	/* an attribute longer than the message is left over, not read */
	rta->rta_len = 400;
	EXPECT_EQ(EINVAL, request(RTM_NEWADDR, NLM_F_CREATE, body,
				  sizeof(*ifa) + RTA_SPACE(4)));
}

/* An address added by one family is none of the other's. */
TEST_F(netlink, families_apart)
{
	enum flavour fl = flavour;

	if (fl == FL_INET)
		return;
	ASSERT_ERRNO(0, addr_add("lo", "10.1.0.1", 24));
	flavour = FL_INET;
	EXPECT_ERRNO(EADDRNOTAVAIL, addr_del("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(0, addr_add("lo", "10.1.0.1", 24));
	flavour = fl;
	EXPECT_ERRNO(0, addr_del("lo", "10.1.0.1", 24));
	EXPECT_ERRNO(EADDRNOTAVAIL, addr_del("lo", "10.1.0.1", 24));
	flavour = FL_INET;
	EXPECT_ERRNO(0, addr_del("lo", "10.1.0.1", 24));
}

TEST_HARNESS_MAIN
