// SPDX-License-Identifier: GPL-2.0
/*
 * SIOCADDRT and SIOCDELRT (struct rtentry, route(8) of net-tools): the requests
 * of BSD, in terms of those of rtnetlink.
 */

#include <linux/compat.h>
#include <linux/inetdevice.h>
#include <linux/route.h>
#include <linux/uaccess.h>
#include <net/compat.h>
#include <net/l3mdev.h>
#include <net/netlink.h>

#include "link/address.h"
#include "netlink/route.h"
#include "route/table.h"
#include "socket/socket.h"

/**
 * struct metrics - what an rtentry says of a route's metrics
 * @nest: header of an RTA_METRICS attribute
 * @metric: the RTAX_* attributes in it
 *
 * Lives on the stack of the one request.
 */
struct metrics {
	struct nlattr nest;
	struct {
		struct nlattr attr;
		u32 value;
	} metric[3];
};

static __be32 sockaddr_ip(const struct sockaddr *sa)
{
	return ((const struct sockaddr_in *)sa)->sin_addr.s_addr;
}

/* Prefix and length; a mask of any family will do if it is nothing. */
static int parse_prefix(const struct rtentry *rt, struct inetx_route_config *cfg)
{
	u32 mask = ~0U;

	if (!inetx_af_ok(rt->rt_dst.sa_family))
		return -EAFNOSUPPORT;
	cfg->dst = sockaddr_ip(&rt->rt_dst);
	if (!(rt->rt_flags & RTF_HOST)) {
		mask = ntohl(sockaddr_ip(&rt->rt_genmask));
		if (!inetx_af_ok(rt->rt_genmask.sa_family) &&
		    (mask || rt->rt_genmask.sa_family))
			return -EAFNOSUPPORT;
		/* Ones, then zeros; and nothing behind the prefix. */
		if (~mask & (~mask + 1) || ntohl(cfg->dst) & ~mask)
			return -EINVAL;
	}
	cfg->dst_len = hweight32(mask);
	return 0;
}

/* The device, or one of its labels, which stands for that address as source. */
static int parse_device(struct net *net, const struct rtentry *rt,
			struct inetx_route_config *cfg)
{
	char name[IFNAMSIZ] = "", label[IFNAMSIZ];
	struct inetx_ifaddr *ifa;
	struct inetx_dev *xdev;
	struct net_device *dev;

	if (copy_from_user(name, (void __user *)rt->rt_dev, IFNAMSIZ - 1))
		return -EFAULT;
	strscpy(label, name, sizeof(label));
	name[strcspn(name, ":")] = '\0';
	dev = __dev_get_by_name(net, name);
	if (!dev)
		return -ENODEV;
	cfg->oif = dev->ifindex;
	cfg->table = l3mdev_fib_table(dev) ? : RT_TABLE_MAIN;
	if (!strchr(label, ':'))
		return 0;

	xdev = inetx_dev_get(dev);
	if (!xdev)
		return -ENODEV;
	inetx_for_each_ifaddr_rtnl(ifa, xdev) {
		if (!strcmp(ifa->label, label)) {
			cfg->prefsrc = ifa->local;
			return 0;
		}
	}
	return -ENODEV;
}

static void add_metric(struct metrics *mx, unsigned int n, u16 type, u32 value)
{
	mx->metric[n].attr.nla_type = type;
	mx->metric[n].attr.nla_len = nla_attr_size(sizeof(value));
	mx->metric[n].value = value;
	mx->nest.nla_len = nla_attr_size((n + 1) * sizeof(mx->metric[0]));
}

static void parse_metrics(const struct rtentry *rt, struct metrics *mx,
			  struct inetx_route_config *cfg)
{
	unsigned int n = 0;

	if (!(rt->rt_flags & (RTF_MTU | RTF_WINDOW | RTF_IRTT)))
		return;
	mx->nest.nla_type = RTA_METRICS;
	/* BSD's "mtu" is without the headers of TCP; it says MSS in truth. */
	if (rt->rt_flags & RTF_MTU)
		add_metric(mx, n++, RTAX_ADVMSS, rt->rt_mtu - 40);
	if (rt->rt_flags & RTF_WINDOW)
		add_metric(mx, n++, RTAX_WINDOW, rt->rt_window);
	/* Eighths of a millisecond. */
	if (rt->rt_flags & RTF_IRTT)
		add_metric(mx, n++, RTAX_RTT, rt->rt_irtt << 3);
	cfg->metrics = &mx->nest;
}

/* RTNL: the request as rtnetlink would say it. */
static int translate(struct inetx_net *xnet, unsigned int cmd,
		     const struct rtentry *rt, struct metrics *mx,
		     struct inetx_route_config *cfg)
{
	int err;

	*cfg = (struct inetx_route_config) {
		.table = RT_TABLE_MAIN,
	};
	err = parse_prefix(rt, cfg);
	if (err)
		return err;
	if (cmd == SIOCADDRT) {
		cfg->nlflags = NLM_F_CREATE;
		cfg->protocol = RTPROT_BOOT;
	}
	if (rt->rt_metric)
		cfg->priority = rt->rt_metric - 1;
	if (rt->rt_flags & RTF_REJECT) {
		cfg->scope = RT_SCOPE_HOST;
		cfg->type = RTN_UNREACHABLE;
		return 0;
	}

	cfg->scope = RT_SCOPE_NOWHERE;
	cfg->type = RTN_UNICAST;
	if (rt->rt_dev) {
		err = parse_device(xnet->net, rt, cfg);
		if (err)
			return err;
	}
	if (inetx_af_ok(rt->rt_gateway.sa_family) &&
	    sockaddr_ip(&rt->rt_gateway)) {
		cfg->gw = sockaddr_ip(&rt->rt_gateway);
		if (rt->rt_flags & RTF_GATEWAY &&
		    inetx_route_addr_type(xnet, NULL, cfg->gw) == RTN_UNICAST)
			cfg->scope = RT_SCOPE_UNIVERSE;
	}
	if (cmd == SIOCDELRT)
		return 0;
	if (rt->rt_flags & RTF_GATEWAY && !cfg->gw)
		return -EINVAL;
	if (cfg->scope == RT_SCOPE_NOWHERE)
		cfg->scope = RT_SCOPE_LINK;
	parse_metrics(rt, mx, cfg);
	return 0;
}

/**
 * inetx_route_ioctl - add or delete a route
 * @xnet: the namespace
 * @cmd: SIOCADDRT or SIOCDELRT
 * @rt: the request; its rt_dev is a user pointer
 *
 * Context: process.
 * Return: 0; -EPERM without CAP_NET_ADMIN; -EAFNOSUPPORT, -EINVAL, -ENODEV,
 * -EFAULT for a request that makes no sense; else as inetx_route_insert() and
 * inetx_route_delete().
 */
int inetx_route_ioctl(struct inetx_net *xnet, unsigned int cmd,
		      const struct rtentry *rt)
{
	struct inetx_route_config cfg;
	struct metrics mx = {};
	int err;

	if (!ns_capable(xnet->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	rtnl_lock();
	err = translate(xnet, cmd, rt, &mx, &cfg);
	if (!err)
		err = cmd == SIOCADDRT ? inetx_route_insert(xnet, &cfg, NULL) :
					 inetx_route_delete(xnet, &cfg, NULL);
	rtnl_unlock();
	return err;
}

/**
 * inetx_route_get_rtentry - read a request from user space
 * @rt: to fill
 * @arg: where it is
 * @compat: it is a 32-bit program's
 *
 * Context: process.
 * Return: 0 or -EFAULT.
 */
int inetx_route_get_rtentry(struct rtentry *rt, void __user *arg, bool compat)
{
#ifdef CONFIG_COMPAT
	if (compat) {
		struct compat_rtentry crt;

		if (copy_from_user(&crt, arg, sizeof(crt)))
			return -EFAULT;
		*rt = (struct rtentry) {
			.rt_dst = crt.rt_dst,
			.rt_gateway = crt.rt_gateway,
			.rt_genmask = crt.rt_genmask,
			.rt_flags = crt.rt_flags,
			.rt_metric = crt.rt_metric,
			.rt_mtu = crt.rt_mtu,
			.rt_window = crt.rt_window,
			.rt_irtt = crt.rt_irtt,
			.rt_dev = compat_ptr(crt.rt_dev),
		};
		return 0;
	}
#endif
	return copy_from_user(rt, arg, sizeof(*rt)) ? -EFAULT : 0;
}
