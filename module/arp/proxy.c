// SPDX-License-Identifier: GPL-2.0
/*
 * Answers on behalf of hosts that are reached through us: proxy ARP (RFC 1027),
 * by conf/DEV/proxy_arp for all that is routed, by conf/DEV/proxy_arp_pvlan on
 * links whose hosts cannot talk to each other (RFC 3069), or by an entry for one
 * address.
 *
 * The entries are kept, dumped and flushed with their device by the neighbour
 * core.  Not so the answers that wait for neigh/DEV/proxy_delay: for a family it
 * does not know the core would never count them down.
 */

#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "arp/arp.h"
#include "route/rule.h"

/**
 * struct delayed_answer - an answer that waits
 * @list: in the device's list; its lock
 * @due: when to send it, jiffies
 * @sip: who asked, network order
 * @tip: for whom we answer, network order
 * @sha: link address of who asked
 *
 * But for @list all is set once.
 */
struct delayed_answer {
	struct list_head list;
	unsigned long due;
	__be32 sip;
	__be32 tip;
	u8 sha[MAX_ADDR_LEN];
};

static void send_answer(struct inetx_dev *xdev, __be32 sip, __be32 tip,
			const u8 *sha)
{
	inetx_arp_send(xdev, ARPOP_REPLY, tip, sip, NULL, sha, sha);
}

static void delay_answer(struct inetx_dev *xdev,
			 const struct inetx_arp_packet *pkt)
{
	struct inetx_arp_dev *arp = &xdev->arp;
	struct delayed_answer *answer;

	answer = kmalloc(sizeof(*answer), GFP_ATOMIC | __GFP_NOWARN);
	if (!answer)
		return;
	answer->due = jiffies +
		prandom_u32_max(NEIGH_VAR(xdev->arp_parms, PROXY_DELAY));
	answer->sip = pkt->sip;
	answer->tip = pkt->tip;
	memcpy(answer->sha, pkt->sha, xdev->dev->addr_len);

	spin_lock_bh(&arp->lock);
	if (arp->gone ||
	    arp->count > NEIGH_VAR(xdev->arp_parms, PROXY_QLEN)) {
		kfree(answer);
	} else {
		list_add(&answer->list, &arp->delayed);
		arp->count++;
		if (!timer_pending(&arp->timer) ||
		    time_before(answer->due, arp->timer.expires))
			mod_timer(&arp->timer, answer->due);
	}
	spin_unlock_bh(&arp->lock);
}

static void send_due(struct timer_list *timer)
{
	struct inetx_dev *xdev = from_timer(xdev, timer, arp.timer);
	struct inetx_arp_dev *arp = &xdev->arp;
	struct delayed_answer *answer, *tmp;
	unsigned long next = 0;
	LIST_HEAD(due);

	spin_lock(&arp->lock);
	list_for_each_entry_safe(answer, tmp, &arp->delayed, list) {
		if (time_after_eq(jiffies, answer->due)) {
			list_move(&answer->list, &due);
			arp->count--;
		} else if (!next || time_before(answer->due, next)) {
			next = answer->due;
		}
	}
	if (!list_empty(&arp->delayed))
		mod_timer(timer, next);
	spin_unlock(&arp->lock);

	rcu_read_lock();
	list_for_each_entry_safe(answer, tmp, &due, list) {
		if (netif_running(xdev->dev))
			send_answer(xdev, answer->sip, answer->tip,
				    answer->sha);
		kfree(answer);
	}
	rcu_read_unlock();
}

/*
 * conf/DEV/medium_id: devices with the same number are on one medium, whose
 * hosts hear each other without us; 0 stands for a medium of its own, -1 for
 * no proxy at all.
 */
static bool other_medium(struct inetx_dev *xdev, const struct net_device *out)
{
	int in_id = INETX_CONF(&xdev->conf, MEDIUM_ID), out_id = 0;
	struct inetx_dev *xout;

	if (in_id <= 0)
		return in_id == 0;
	xout = inetx_dev_get(out);
	if (xout)
		out_id = INETX_CONF(&xout->conf, MEDIUM_ID);
	return out_id != in_id && out_id != -1;
}

/* Are we to answer for an address that is reached by @out?  RCU read side. */
static bool answers_for(struct inetx_dev *xdev, __be32 addr,
			struct net_device *out)
{
	struct net *net = xdev->xnet->net;

	if (out == xdev->dev)
		return INETX_CONF(&xdev->conf, PROXY_ARP_PVLAN);
	if (INETX_CONF_OR(xdev, PROXY_ARP) && other_medium(xdev, out))
		return true;
	return pneigh_lookup(&inetx_arp_table, net, &addr, xdev->dev, 0);
}

/**
 * inetx_arp_proxy - answer a request for an address behind us, if we shall
 * @xdev: the device the request came in by
 * @pkt: the request, from a host with an address, for none of ours
 *
 * Only a router answers for others, so where conf/DEV/forwarding is off nobody
 * is answered, and only for where a packet of the asker would be forwarded to.
 *
 * Context: softirq, RCU read side.
 * Return: whether it was answered, or will be.
 */
bool inetx_arp_proxy(struct inetx_dev *xdev, const struct inetx_arp_packet *pkt)
{
	const struct inetx_flow flow = {
		.daddr = pkt->tip,
		.saddr = pkt->sip,
		.iif = xdev->dev->ifindex,
		.uid = inetx_rule_uid(xdev->xnet),
	};
	struct inetx_fib_result res;
	struct neighbour *neigh;
	struct inetx_path path;

	if (inetx_route_input(xdev, &flow, &path, &res) < 0 || !path.dev ||
	    path.type != RTN_UNICAST)
		return false;
	if (!answers_for(xdev, pkt->tip, path.dev))
		return false;

	neigh = neigh_event_ns(&inetx_arp_table, (u8 *)pkt->sha,
			       (void *)&pkt->sip, xdev->dev);
	if (neigh)
		neigh_release(neigh);
	/* Who asks all may have a better answer; who asks us wants ours. */
	if (pkt->to_us || !NEIGH_VAR(xdev->arp_parms, PROXY_DELAY))
		send_answer(xdev, pkt->sip, pkt->tip, pkt->sha);
	else
		delay_answer(xdev, pkt);
	return true;
}

/**
 * inetx_arp_proxy_add - answer for an address
 * @xnet: the namespace
 * @dev: where, NULL for everywhere
 * @addr: network order
 * @flags: NTF_* to show
 * @protocol: RTPROT_* of who wants it, 0 to keep what is there
 * @permanent: it stays when the carrier is lost
 *
 * An entry that exists is changed.
 *
 * Context: process, RTNL held.
 * Return: 0, -ENOBUFS, or -EINVAL for a device that does not carry IPv4.
 */
int inetx_arp_proxy_add(struct inetx_net *xnet, struct net_device *dev,
			__be32 addr, u32 flags, u8 protocol, bool permanent)
{
	struct pneigh_entry *entry;

	/* Without our state of it, nobody would tell us when it goes. */
	if (dev && !inetx_dev_get(dev))
		return -EINVAL;
	entry = pneigh_lookup(&inetx_arp_table, xnet->net, &addr, dev, 1);
	if (!entry)
		return -ENOBUFS;
	entry->flags = flags;
	entry->permanent = permanent;
	if (protocol)
		entry->protocol = protocol;
	return 0;
}

/* Remove the entries of the namespace that match; false if there are none. */
static bool proxy_remove(struct inetx_net *xnet, bool all,
			 const struct net_device *dev, __be32 addr)
{
	struct neigh_table *tbl = &inetx_arp_table;
	struct pneigh_entry *entry, *gone = NULL, **link;
	unsigned int i;

	write_lock_bh(&tbl->lock);
	for (i = 0; i < INETX_PNEIGH_BUCKETS; i++) {
		link = &tbl->phash_buckets[i];
		while ((entry = *link)) {
			if (!net_eq(pneigh_net(entry), xnet->net) ||
			    (!all && (entry->dev != dev ||
				      memcmp(entry->key, &addr,
					     sizeof(addr))))) {
				link = &entry->next;
				continue;
			}
			*link = entry->next;
			entry->next = gone;
			gone = entry;
		}
	}
	write_unlock_bh(&tbl->lock);
	if (!gone)
		return false;
	while ((entry = gone)) {
		gone = entry->next;
		netdev_put(entry->dev, &entry->dev_tracker);
		kfree(entry);
	}
	return true;
}

/**
 * inetx_arp_proxy_del - answer for an address no more
 * @xnet: the namespace
 * @dev: the device of the entry, or NULL for the one that has none
 * @addr: network order
 *
 * Context: process, RTNL held.
 * Return: 0 or -ENOENT.
 */
int inetx_arp_proxy_del(struct inetx_net *xnet, struct net_device *dev,
			__be32 addr)
{
	return proxy_remove(xnet, false, dev, addr) ? 0 : -ENOENT;
}

/**
 * inetx_arp_dev_init - the part of a device that delays answers
 * @xdev: the device, not yet published
 */
void inetx_arp_dev_init(struct inetx_dev *xdev)
{
	spin_lock_init(&xdev->arp.lock);
	INIT_LIST_HEAD(&xdev->arp.delayed);
	timer_setup(&xdev->arp.timer, send_due, 0);
}

/**
 * inetx_arp_dev_exit - its end: no answer waits any more, or will
 * @xdev: the device
 *
 * Context: process, RTNL held; may sleep.
 */
void inetx_arp_dev_exit(struct inetx_dev *xdev)
{
	struct inetx_arp_dev *arp = &xdev->arp;
	struct delayed_answer *answer, *tmp;

	spin_lock_bh(&arp->lock);
	arp->gone = true;
	list_for_each_entry_safe(answer, tmp, &arp->delayed, list)
		kfree(answer);
	INIT_LIST_HEAD(&arp->delayed);
	arp->count = 0;
	spin_unlock_bh(&arp->lock);
	/* It finds nothing to send, so it does not start again. */
	del_timer_sync(&arp->timer);
}

/**
 * inetx_arp_net_exit - remove the entries that no device took with it
 * @xnet: the namespace; its devices have gone
 */
void inetx_arp_net_exit(struct inetx_net *xnet)
{
	proxy_remove(xnet, true, NULL, 0);
}
