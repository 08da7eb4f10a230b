/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The link room: which net devices we are attached to, how a frame gets in and
 * how a packet gets out.
 *
 * Receive: a netdev ingress hook per attached device, before rx_handlers and
 * before the host's protocols, calls inetx_link_rx() (receive.c).  Transmit:
 * inetx_link_xmit() (transmit.c) resolves the neighbour and ends in
 * dev_queue_xmit(), so qdiscs, taps and offloads see the packet.
 */
#ifndef _INETX_LINK_H
#define _INETX_LINK_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>

#include "netns.h"

struct dst_ops;
struct inetx_ifaddr;
struct inetx_path;
struct neigh_parms;

/**
 * struct inetx_dev - what we keep about a net device
 * @dev: the device; a tracked reference is held until NETDEV_UNREGISTER
 * @dev_tracker: that reference
 * @xnet: the namespace the device is in; a move makes a new inetx_dev
 * @addrs: our addresses, primaries first within a subnet, in AF_INET's order;
 *	written under RTNL, read under RCU
 * @conf: conf/DEV; see struct inetx_devconf
 * @arp: delayed answers on behalf of others; see struct inetx_arp_dev
 * @igmp: multicast groups; see struct inetx_igmp_dev
 * @arp_parms: neigh/DEV; set once, released with the inetx_dev
 * @sysctl: conf/DEV and neigh/DEV registrations, owned by the sysctl room; RTNL
 * @hook: the ingress hook; registered while @attached
 * @attached: the hook is in place; written under RTNL
 * @dead: NETDEV_UNREGISTER has passed; written under RTNL, read under RCU
 * @rcu: freeing waits for readers
 *
 * One exists for every registered device whose MTU can carry IPv4 (RFC 791: 68
 * bytes), attached or not, so that conf/DEV can be set before an address is.
 * Lifetime: created at NETDEV_REGISTER, unpublished at NETDEV_UNREGISTER (hook
 * out, addresses and routes gone, generation bumped), freed after a grace
 * period.  Pointers outside RTNL and RCU sections must not be kept.
 */
struct inetx_dev {
	struct net_device *dev;
	netdevice_tracker dev_tracker;
	struct inetx_net *xnet;
	struct inetx_ifaddr __rcu *addrs;
	struct inetx_devconf conf;
	struct inetx_arp_dev arp;
	struct inetx_igmp_dev igmp;
	struct neigh_parms *arp_parms;
	void *sysctl;
	struct nf_hook_ops hook;
	bool attached;
	bool dead;
	struct rcu_head rcu;
};

/* attach.c: process context, RTNL held unless said otherwise */
int inetx_link_init(void);
void inetx_link_exit(void);
int inetx_link_net_init(struct inetx_net *xnet);
void inetx_link_net_exit(struct inetx_net *xnet);
int inetx_dev_attach(struct inetx_dev *xdev);
void inetx_dev_detach(struct inetx_dev *xdev);
/* Attach or detach as addresses and claim now demand; call after each change. */
int inetx_dev_update_attach(struct inetx_dev *xdev);

/**
 * inetx_dev_get - our state of a device
 * @dev: the device
 *
 * Context: RTNL or RCU read side.
 * Return: the inetx_dev, or NULL for a device that has none.
 */
static inline struct inetx_dev *inetx_dev_get(const struct net_device *dev)
{
	return xa_load(&inetx_net(dev_net(dev))->link.devs, dev->ifindex);
}

/**
 * inetx_dev_claimed - do we take every IPv4 and ARP frame of a device?
 * @xdev: the device
 *
 * conf/DEV/claim or conf/all/claim is "all".  Never lo: on it, all frames that
 * are not ours are the host's talk to itself.
 *
 * Context: any, while @xdev is good.
 */
static inline bool inetx_dev_claimed(const struct inetx_dev *xdev)
{
	return (READ_ONCE(xdev->conf.data[INETX_DEVCONF_CLAIM - 1]) ||
		READ_ONCE(xdev->xnet->link.conf_all.data[INETX_DEVCONF_CLAIM -
							 1])) &&
	       !(xdev->dev->flags & IFF_LOOPBACK);
}

/* How conf/DEV and conf/all go together (ip-sysctl.rst says it for each). */
#define INETX_CONF_OR(xdev, attr)					\
	(INETX_CONF(&(xdev)->conf, attr) ||				\
	 INETX_CONF(&(xdev)->xnet->link.conf_all, attr))
#define INETX_CONF_AND(xdev, attr)					\
	(INETX_CONF(&(xdev)->conf, attr) &&				\
	 INETX_CONF(&(xdev)->xnet->link.conf_all, attr))
#define INETX_CONF_MAX(xdev, attr)					\
	max(INETX_CONF(&(xdev)->conf, attr),				\
	    INETX_CONF(&(xdev)->xnet->link.conf_all, attr))

struct inetx_dev *inetx_dev_by_index(struct inetx_net *xnet, int ifindex);

/* receive.c: softirq */
unsigned int inetx_link_rx(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);

/* transmit.c: any context that may send; takes the skb whatever it returns.
 * inetx_link_xmit() is inetx_link_loop(), then inetx_link_send(); who sends a
 * packet in fragments calls these, as only the whole comes back to us.
 */
int inetx_link_xmit(struct inetx_net *xnet, struct sk_buff *skb,
		    const struct inetx_path *path);
bool inetx_link_loop(struct inetx_net *xnet, struct sk_buff *skb,
		     const struct inetx_path *path);
int inetx_link_send(struct inetx_net *xnet, struct sk_buff *skb,
		    const struct inetx_path *path);

/* loopback.c */
int inetx_loopback_init(void);
void inetx_loopback_exit(void);
void inetx_loopback_drain(struct dst_ops *ops, const char *where);
int inetx_loopback_up(struct inetx_net *xnet, struct net_device *lo);
void inetx_loopback_down(struct inetx_net *xnet);
bool inetx_loopback_owns(const struct sk_buff *skb);
bool inetx_loopback_mark(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_link_tap(struct sk_buff *skb, struct net_device *vrf);
int inetx_loopback_vrf(struct inetx_net *xnet, struct sk_buff *skb,
		       struct net_device *vrf);
int inetx_loopback_xmit(struct inetx_net *xnet, struct sk_buff *skb,
			struct net_device *dev);

#endif /* _INETX_LINK_H */
