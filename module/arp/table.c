// SPDX-License-Identifier: GPL-2.0
/*
 * The neighbour table: a table of our own in the neighbour core, in the slot
 * that DECnet has left, beside the host's ARP table.
 *
 * The core does states, timers, queues, ageing and dumps; here is what it has to
 * be told about IPv4.  Entries belong to a device and are flushed when that goes
 * down (link room); their only other holders are timers of the core and senders
 * in RCU sections.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/if_arp.h>
#include <linux/jhash.h>
#include <net/ip.h>
#include <net/sock.h>

#include "arp/arp.h"
#include "icmp/icmp.h"
#include "link/address.h"
#include "route/route.h"

/* How long exit waits between two looks, and between two complaints. */
#define DRAIN_POLL_MS	10
#define DRAIN_WARN_MS	10000

static u32 arp_hash(const void *pkey, const struct net_device *dev, u32 *rnd)
{
	return jhash_2words(*(const u32 *)pkey, dev->ifindex, rnd[0]);
}

static bool arp_key_eq(const struct neighbour *neigh, const void *pkey)
{
	return neigh_key_eq32(neigh, pkey);
}

static int arp_is_multicast(const void *pkey)
{
	return ipv4_is_multicast(*(const __be32 *)pkey);
}

/*
 * Which of our addresses an ARP request shall name as its sender (arp_announce,
 * Documentation/networking/ip-sysctl.rst).  @skb is the packet that waits.
 */
static __be32 solicit_source(struct inetx_dev *xdev, const struct sk_buff *skb,
			     __be32 target)
{
	struct inetx_net *xnet = xdev->xnet;
	struct inetx_ifaddr *ifa;
	__be32 saddr = skb ? ip_hdr(skb)->saddr : 0;
	int announce = INETX_CONF_MAX(xdev, ARP_ANNOUNCE);

	if (saddr && announce < 2 && inetx_addr_is_ours(xnet, saddr)) {
		if (announce < 1)
			return saddr;
		/* Only an address that the target knows to be on its link. */
		inetx_for_each_ifaddr_rcu(ifa, xdev) {
			if (!((saddr ^ ifa->address) & ifa->mask) &&
			    !((target ^ ifa->address) & ifa->mask))
				return saddr;
		}
	}
	return inetx_addr_select(xnet, xdev, target, RT_SCOPE_LINK);
}

/* Called by the core with the entry's lock released. */
static void arp_solicit(struct neighbour *neigh, struct sk_buff *skb)
{
	__be32 target = *(__be32 *)neigh->primary_key;
	int probes = atomic_read(&neigh->probes);
	struct net_device *dev = neigh->dev;
	u8 *eth_dst = NULL;
	u8 ha[MAX_ADDR_LEN];
	struct inetx_dev *xdev;

	probes -= NEIGH_VAR(neigh->parms, UCAST_PROBES);
	if (probes < 0) {
		neigh_ha_snapshot(ha, neigh, dev);
		eth_dst = ha;
	} else if (probes < NEIGH_VAR(neigh->parms, APP_PROBES)) {
		neigh_app_ns(neigh);
		return;
	}

	rcu_read_lock();
	xdev = inetx_dev_get(dev);
	if (xdev)
		inetx_arp_send(xdev, ARPOP_REQUEST,
			       solicit_source(xdev, skb, target), target, NULL,
			       NULL, eth_dst);
	rcu_read_unlock();
}

/* Called by the core, entry unlocked, for each packet it gives up. */
static void arp_error_report(struct neighbour *neigh, struct sk_buff *skb)
{
	struct inetx_dev *xdev;

	rcu_read_lock();
	xdev = inetx_dev_get(neigh->dev);
	if (xdev)
		inetx_icmp_local_unreach(xdev->xnet, skb);
	rcu_read_unlock();
	kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_FAILED);
}

/* .family is set once, by inetx_arp_init(). */
static struct neigh_ops arp_generic_ops = {
	.solicit = arp_solicit,
	.error_report = arp_error_report,
	.output = neigh_resolve_output,
	.connected_output = neigh_connected_output,
};

/* Devices whose header can be cached. */
static struct neigh_ops arp_hh_ops = {
	.solicit = arp_solicit,
	.error_report = arp_error_report,
	.output = neigh_resolve_output,
	.connected_output = neigh_resolve_output,
};

/* Devices without a header. */
static struct neigh_ops arp_direct_ops = {
	.output = neigh_direct_output,
	.connected_output = neigh_direct_output,
};

/* The link address of a multicast group (RFC 1112 6.4, RFC 4391 4). */
static void multicast_map(__be32 addr, u8 *ha, const struct net_device *dev)
{
	switch (dev->type) {
	case ARPHRD_ETHER:
	case ARPHRD_FDDI:
	case ARPHRD_IEEE802:
		ip_eth_mc_map(addr, ha);
		break;
	case ARPHRD_INFINIBAND:
		ip_ib_mc_map(addr, dev->broadcast, ha);
		break;
	case ARPHRD_IPGRE:
		ip_ipgre_mc_map(addr, dev->broadcast, ha);
		break;
	default:
		memcpy(ha, dev->broadcast, dev->addr_len);
		break;
	}
}

static int arp_constructor(struct neighbour *neigh)
{
	__be32 addr = *(__be32 *)neigh->primary_key;
	struct net_device *dev = neigh->dev;
	struct inetx_dev *xdev;
	u8 type;

	rcu_read_lock();
	xdev = inetx_dev_get(dev);
	if (!xdev || READ_ONCE(xdev->dead)) {
		rcu_read_unlock();
		return -EINVAL;
	}
	__neigh_parms_put(neigh->parms);
	neigh->parms = neigh_parms_clone(xdev->arp_parms);
	type = inetx_route_addr_type_at(xdev->xnet, dev, addr);
	rcu_read_unlock();

	neigh->type = type;
	if (!dev->header_ops) {
		neigh->nud_state = NUD_NOARP;
		neigh->ops = &arp_direct_ops;
		neigh->output = neigh_direct_output;
		return 0;
	}

	if (type == RTN_MULTICAST) {
		neigh->nud_state = NUD_NOARP;
		multicast_map(addr, neigh->ha, dev);
	} else if (dev->flags & (IFF_NOARP | IFF_LOOPBACK)) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->dev_addr, dev->addr_len);
	} else if (type == RTN_BROADCAST || (dev->flags & IFF_POINTOPOINT)) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->broadcast, dev->addr_len);
	}

	neigh->ops = dev->header_ops->cache ? &arp_hh_ops : &arp_generic_ops;
	neigh->output = neigh->nud_state & NUD_VALID ?
			neigh->ops->connected_output : neigh->ops->output;
	return 0;
}

/* Defaults of arp(7); .family is set once, by inetx_arp_init(). */
struct neigh_table inetx_arp_table = {
	.key_len = sizeof(__be32),
	.protocol = cpu_to_be16(ETH_P_IP),
	.hash = arp_hash,
	.key_eq = arp_key_eq,
	.constructor = arp_constructor,
	.is_multicast = arp_is_multicast,
	.id = "inetx_arp_cache",
	.parms = {
		.tbl = &inetx_arp_table,
		.reachable_time = 30 * HZ,
		.data = {
			[NEIGH_VAR_MCAST_PROBES] = 3,
			[NEIGH_VAR_UCAST_PROBES] = 3,
			[NEIGH_VAR_RETRANS_TIME] = 1 * HZ,
			[NEIGH_VAR_BASE_REACHABLE_TIME] = 30 * HZ,
			[NEIGH_VAR_DELAY_PROBE_TIME] = 5 * HZ,
			[NEIGH_VAR_INTERVAL_PROBE_TIME_MS] = 5 * HZ,
			[NEIGH_VAR_GC_STALETIME] = 60 * HZ,
			[NEIGH_VAR_QUEUE_LEN_BYTES] = SK_WMEM_MAX,
			[NEIGH_VAR_PROXY_QLEN] = 64,
			[NEIGH_VAR_ANYCAST_DELAY] = 1 * HZ,
			[NEIGH_VAR_PROXY_DELAY] = (8 * HZ) / 10,
			[NEIGH_VAR_LOCKTIME] = 1 * HZ,
		},
	},
	.gc_interval = 30 * HZ,
	.gc_thresh1 = 128,
	.gc_thresh2 = 512,
	.gc_thresh3 = 1024,
};

/**
 * inetx_arp_lookup - find or make the neighbour entry of a next hop
 * @dev: egress device
 * @nexthop: network order
 *
 * Where no address has to be found (loopback, point-to-point), all next hops
 * share one entry.
 *
 * Context: RCU read side; the entry is good inside that section.
 * Return: the entry or an ERR_PTR: -ENOBUFS when the table is full, -EINVAL when
 * the device is going.
 */
struct neighbour *inetx_arp_lookup(struct net_device *dev, __be32 nexthop)
{
	struct neighbour *neigh;

	if (dev->flags & (IFF_LOOPBACK | IFF_POINTOPOINT))
		nexthop = 0;
	neigh = ___neigh_lookup_noref(&inetx_arp_table, arp_key_eq, arp_hash,
				      &nexthop, dev);
	if (likely(neigh))
		return neigh;
	return __neigh_create(&inetx_arp_table, &nexthop, dev, false);
}

/**
 * inetx_arp_flags - the state of an entry in terms of arp(7)
 * @neigh: the entry
 *
 * Return: ATF_*.
 */
unsigned int inetx_arp_flags(const struct neighbour *neigh)
{
	u8 state = READ_ONCE(neigh->nud_state);

	if (state & NUD_PERMANENT)
		return ATF_PERM | ATF_COM;
	return state & NUD_VALID ? ATF_COM : 0;
}

/* The entry that is_victim() picks; RTNL. */
static const struct neighbour *victim;

static int is_victim(struct neighbour *neigh)
{
	return neigh == victim;
}

/**
 * inetx_arp_delete - take an entry out of the table
 * @neigh: the entry; the caller has a reference
 * @portid: who asked, for listeners
 *
 * Context: process, RTNL held.
 * Return: 0 or the error of the core's change of state; it is gone then, too.
 */
int inetx_arp_delete(struct neighbour *neigh, u32 portid)
{
	int err;

	ASSERT_RTNL();
	err = neigh_update(neigh, NULL, NUD_FAILED,
			   NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_ADMIN,
			   portid);
	/* A failed entry would be collected in time; users expect it gone. */
	write_lock_bh(&inetx_arp_table.lock);
	victim = neigh;
	__neigh_for_each_release(&inetx_arp_table, is_victim);
	victim = NULL;
	write_unlock_bh(&inetx_arp_table.lock);
	return err;
}

/**
 * inetx_arp_outdate - an address has become that of a broadcast
 * @dev: the device
 * @addr: the address, network order
 *
 * An entry learns what kind of address it has when it is made: one that still waits
 * for an answer, or has got none, is made again, and needs none then.
 *
 * Context: process, RTNL held.
 */
void inetx_arp_outdate(struct net_device *dev, __be32 addr)
{
	struct neighbour *neigh = neigh_lookup(&inetx_arp_table, &addr, dev);

	if (!neigh)
		return;
	if (!(READ_ONCE(neigh->nud_state) & NUD_VALID))
		inetx_arp_delete(neigh, 0);
	neigh_release(neigh);
}

/**
 * inetx_arp_init - hand our table to the neighbour core
 *
 * Nothing in the kernel uses the slot; that no other module does cannot be
 * seen from outside the core.
 *
 * Context: module init.
 * Return: 0.
 */
int inetx_arp_init(void)
{
	BUILD_BUG_ON(NEIGH_DN_TABLE >= NEIGH_NR_TABLES);

	inetx_arp_table.family = inetx_family;
	arp_generic_ops.family = inetx_family;
	arp_hh_ops.family = inetx_family;
	arp_direct_ops.family = inetx_family;
	neigh_table_init(NEIGH_DN_TABLE, &inetx_arp_table);
	return 0;
}

/**
 * inetx_arp_exit - take our table back
 *
 * All devices are down for us, so entries have been flushed, but a timer that
 * ran then still holds its own.  Timers call our functions and the last
 * reference takes the entry off the count, so when the count is 0 none is left
 * that could.
 *
 * Context: module exit, all namespaces down.
 */
void inetx_arp_exit(void)
{
	unsigned int waited = 0;

	neigh_ifdown(&inetx_arp_table, NULL);
	while (atomic_read(&inetx_arp_table.entries)) {
		msleep(DRAIN_POLL_MS);
		waited += DRAIN_POLL_MS;
		if (waited % DRAIN_WARN_MS == 0)
			pr_warn("waiting for %d neighbour entries\n",
				atomic_read(&inetx_arp_table.entries));
	}
	neigh_table_clear(NEIGH_DN_TABLE, &inetx_arp_table);
	/* Parameters of devices go back to the table in RCU callbacks. */
	rcu_barrier();
}
