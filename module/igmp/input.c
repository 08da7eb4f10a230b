// SPDX-License-Identifier: GPL-2.0
/* Queries of routers and reports of other hosts: RFC 2236 3, RFC 3376 5.2, 7. */

#include <linux/slab.h>
#include <net/ip.h>

#include "igmp/internal.h"
#include "ip/ip.h"
#include "mroute/mroute.h"

/* Both in tenths of seconds. */
#define V1_RESPONSE	100
#define TENTH		(HZ / IGMP_TIMER_SCALE)

/**
 * struct query - what a query asks
 * @group: 0 for all, network order
 * @delay: answer within, jiffies, not 0
 * @sources: network order
 * @n: how many, 0 for all
 */
struct query {
	__be32 group;
	unsigned long delay;
	const __be32 *sources;
	u32 n;
};

/* Answer for a group within the delay, unless that is to happen anyway. */
static void answer(struct inetx_group *group, unsigned long delay)
{
	group->unsolicited = 0;
	if (group->running && time_before(group->due, jiffies + delay))
		return;
	group->running = true;
	group->due = jiffies + 2 + inetx_igmp_random(delay);
	inetx_igmp_arm(group->xdev, group->due);
}

static void ask_group(struct inetx_group *group, const struct query *query)
{
	struct inetx_mc_filter *filter = inetx_group_filter(group);
	bool all = true;

	if (query->n && !inetx_mc_mark(filter, query->sources, query->n, &all))
		return;
	/* One answer has to serve this query and an earlier one. */
	group->by_source = !all && (!group->running || group->by_source);
	answer(group, query->delay);
}

/* The device's lock is held. */
static void ask(struct inetx_dev *xdev, const struct query *query)
{
	struct inetx_group *group;

	list_for_each_entry(group, &xdev->igmp.groups, list)
		if ((!query->group || query->group == group->addr) &&
		    inetx_igmp_reported(xdev, group->addr))
			ask_group(group, query);
}

/* RFC 3376 7.2.1: as long as an older querier may be there. */
static unsigned long older_until(const struct inetx_dev *xdev)
{
	const struct inetx_igmp_dev *id = &xdev->igmp;
	unsigned long until;

	until = jiffies + inetx_igmp_robustness(xdev) * id->qi + id->qri;
	/* 0 stands for never */
	return until ? until : 1;
}

/* A querier of version 1 or 2. */
static void query_old(struct inetx_dev *xdev, const struct igmphdr *hdr)
{
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct query query = {};

	if (hdr->code) {
		query.delay = hdr->code * TENTH;
		query.group = hdr->group;
		WRITE_ONCE(id->v2_until, older_until(xdev));
	} else {
		query.delay = V1_RESPONSE * TENTH;
		WRITE_ONCE(id->v1_until, older_until(xdev));
	}
	/* It does not understand these. */
	inetx_igmp_forget_changes(xdev);
	id->general = false;
	ask(xdev, &query);
}

static void query_v3(struct inetx_dev *xdev, const struct igmpv3_query *hdr)
{
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct query query = {
		.group = hdr->group,
		.delay = max(IGMPV3_MRC(hdr->code) * TENTH, 1),
		.sources = hdr->srcs,
		.n = ntohs(hdr->nsrcs),
	};
	int version = inetx_igmp_version(xdev);
	unsigned long due;

	if (version < 3) {
		/* From the future: as one of the version that is spoken. */
		query.n = 0;
		if (version == 1) {
			query.delay = V1_RESPONSE * TENTH;
			query.group = 0;
		}
		ask(xdev, &query);
		return;
	}

	id->qrv = hdr->qrv;
	id->qi = IGMPV3_QQIC(hdr->qqic) * HZ;
	if (!id->qi)
		id->qi = INETX_IGMP_QI;
	/* RFC 3376 8.3: less than the query interval. */
	if (id->qri >= id->qi)
		id->qri = id->qi - HZ;

	if (query.group) {
		ask(xdev, &query);
		return;
	}
	if (query.n)
		return;
	due = jiffies + 2 + inetx_igmp_random(query.delay);
	if (id->general && time_before_eq(id->general_due, due))
		return;
	id->general = true;
	id->general_due = due;
	inetx_igmp_arm(xdev, due);
}

static void rcv_query(struct inetx_dev *xdev, struct sk_buff *skb)
{
	const struct igmpv3_query *hdr;
	unsigned int len = skb->len;

	if (len != sizeof(struct igmphdr)) {
		if (!pskb_may_pull(skb, sizeof(*hdr)))
			return;
		hdr = (const struct igmpv3_query *)skb->data;
		if (!pskb_may_pull(skb, struct_size(hdr, srcs,
						    ntohs(hdr->nsrcs))))
			return;
	}

	spin_lock(&xdev->igmp.lock);
	if (xdev->igmp.gone)
		;
	else if (len == sizeof(struct igmphdr))
		query_old(xdev, (const struct igmphdr *)skb->data);
	else
		query_v3(xdev, (const struct igmpv3_query *)skb->data);
	spin_unlock(&xdev->igmp.lock);
}

/* Somebody else has reported the group: we need not (RFC 2236 3). */
static void rcv_report(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_group *group;

	if (!inetx_igmp_reported(xdev, addr))
		return;
	spin_lock(&xdev->igmp.lock);
	list_for_each_entry(group, &xdev->igmp.groups, list)
		if (group->addr == addr)
			inetx_igmp_group_stop(group);
	spin_unlock(&xdev->igmp.lock);
}

/**
 * inetx_igmp_rcv - an IGMP message from IP
 * @xnet: the namespace
 * @skb: taken; data at the IGMP header, struct inetx_skb_cb filled
 *
 * Raw sockets have got their copies; what is for routers is for them alone.
 *
 * Context: softirq, RCU read side.
 */
void inetx_igmp_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	struct inetx_dev *xdev = INETX_CB(skb)->xdev;
	const struct igmphdr *hdr;

	if (!pskb_may_pull(skb, sizeof(*hdr)) ||
	    skb_checksum_simple_validate(skb)) {
		kfree_skb(skb);
		return;
	}
	hdr = (const struct igmphdr *)skb->data;
	switch (hdr->type) {
	case IGMP_HOST_MEMBERSHIP_QUERY:
		rcv_query(xdev, skb);
		break;
	case IGMP_HOST_MEMBERSHIP_REPORT:
	case IGMPV2_HOST_MEMBERSHIP_REPORT:
		/* Ours come back, too, and unicast ones no router hears. */
		if (skb->pkt_type == PACKET_MULTICAST ||
		    skb->pkt_type == PACKET_BROADCAST)
			rcv_report(xdev, hdr->group);
		break;
	case IGMP_PIM:
		inetx_mroute_pim_v1_rcv(xnet, skb);
		return;
	default:
		break;
	}
	consume_skb(skb);
}
