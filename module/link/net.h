/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_LINK_NET_H
#define _INETX_LINK_NET_H

#include <linux/xarray.h>
#include <linux/ip.h>

struct rtable;

/*
 * The per-device switches: AF_INET's numbers (IPV4_DEVCONF_*, 1 and up) and
 * ours behind them.
 */
enum {
	/* conf/DEV/claim: 0 share the device with the host, 1 ("all") take
	 * every IPv4 and ARP frame.
	 */
	INETX_DEVCONF_CLAIM = __IPV4_DEVCONF_MAX,
	__INETX_DEVCONF_MAX
};

/**
 * struct inetx_devconf - conf/{all,default,DEV}
 * @data: values, index IPV4_DEVCONF_x or INETX_DEVCONF_x minus 1; written under
 *	RTNL with WRITE_ONCE, read anywhere with READ_ONCE
 * @set: which values were written by hand, so that a change of "default" does
 *	not touch them; RTNL
 */
struct inetx_devconf {
	int data[__INETX_DEVCONF_MAX];
	DECLARE_BITMAP(set, __INETX_DEVCONF_MAX);
};

#define INETX_CONF(conf, attr)	READ_ONCE((conf)->data[IPV4_DEVCONF_##attr - 1])

/**
 * struct inetx_link_net - devices of a namespace
 * @devs: struct inetx_dev by ifindex; written under RTNL, read under RCU
 * @conf_all: conf/all
 * @conf_default: conf/default; copied to each new device
 * @lo_dst: per CPU, the dst that marks a packet on lo as ours; the array is set
 *	once, the slots while lo is registered; written under RTNL, read under
 *	RCU
 * @ready: the two confs hold values to inherit; set once, by the namespace's
 *	initialisation
 */
struct inetx_link_net {
	struct xarray devs;
	struct inetx_devconf conf_all;
	struct inetx_devconf conf_default;
	struct rtable __rcu * __percpu *lo_dst;
	bool ready;
};

#endif /* _INETX_LINK_NET_H */
