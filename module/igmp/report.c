// SPDX-License-Identifier: GPL-2.0
/*
 * What we tell the routers: RFC 1112 appendix I, RFC 2236 2, RFC 3376 4.2.
 *
 * Messages are made under the lock of the device, which protects what they say,
 * and sent without it.
 */

#include <net/checksum.h>
#include <net/ip.h>

#include "igmp/internal.h"
#include "ip/ip.h"
#include "link/address.h"
#include "route/rule.h"

/* RFC 3376 4: internetwork control, one hop, with a router alert (RFC 2113). */
#define IGMP_TOS	0xc0
#define IGMP_TTL	1
#define OPTIONS_LEN	4
#define HEADER_LEN	(sizeof(struct iphdr) + OPTIONS_LEN)

/* A packet of a link with a large MTU is not larger than this, so that it can
 * be had in an interrupt.
 */
#define PACKET_MAX	4000

static const struct ip_options router_alert = {
	.optlen = OPTIONS_LEN,
	.__data = { IPOPT_RA, OPTIONS_LEN, 0, 0 },
};

/* RFC 3376 4.2, without the records, which are no array: their size differs. */
struct report_head {
	u8 type;
	u8 reserved;
	__sum16 csum;
	__be16 reserved2;
	__be16 ngrec;
};

/* skb->cb of a message that waits to be sent. */
struct message_cb {
	__be32 daddr;
};

#define MESSAGE_CB(skb)	((struct message_cb *)(skb)->cb)

/**
 * struct writer - version 3 reports under construction
 * @xdev: the device
 * @out: where they go
 * @skb: the one that is being filled, or NULL
 * @room: bytes that still fit in
 *
 * On the stack of who holds the device's lock.
 */
struct writer {
	struct inetx_dev *xdev;
	struct sk_buff_head *out;
	struct sk_buff *skb;
	unsigned int room;
};

static struct sk_buff *message_alloc(const struct inetx_dev *xdev,
				     unsigned int len, __be32 daddr)
{
	const struct net_device *dev = xdev->dev;
	unsigned int head = LL_RESERVED_SPACE(dev) + HEADER_LEN;
	struct sk_buff *skb;

	skb = alloc_skb(head + len + dev->needed_tailroom,
			GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	MESSAGE_CB(skb)->daddr = daddr;
	return skb;
}

/* Versions 1 and 2: eight bytes about one group. */
static void simple(const struct inetx_group *group, u8 type, __be32 daddr,
		   struct sk_buff_head *out)
{
	struct igmphdr *hdr;
	struct sk_buff *skb;

	skb = message_alloc(group->xdev, sizeof(*hdr), daddr);
	if (!skb)
		return;
	hdr = skb_put_zero(skb, sizeof(*hdr));
	hdr->type = type;
	hdr->group = group->addr;
	hdr->csum = ip_compute_csum(hdr, sizeof(*hdr));
	__skb_queue_tail(out, skb);
}

static void writer_flush(struct writer *w)
{
	struct report_head *report;

	if (!w->skb)
		return;
	report = (struct report_head *)w->skb->data;
	report->csum = ip_compute_csum(report, w->skb->len);
	__skb_queue_tail(w->out, w->skb);
	w->skb = NULL;
	w->room = 0;
}

/* Begin a new report; false when there is no memory. */
static bool writer_next(struct writer *w)
{
	struct report_head *report;
	unsigned int mtu;

	writer_flush(w);
	mtu = min_t(unsigned int, READ_ONCE(w->xdev->dev->mtu), PACKET_MAX);
	if (mtu < HEADER_LEN + sizeof(*report) + sizeof(struct igmpv3_grec) +
		  sizeof(__be32))
		return false;
	w->room = mtu - HEADER_LEN;
	w->skb = message_alloc(w->xdev, w->room, IGMPV3_ALL_MCR);
	if (!w->skb)
		return false;
	report = skb_put_zero(w->skb, sizeof(*report));
	report->type = IGMPV3_HOST_MEMBERSHIP_REPORT;
	w->room -= sizeof(*report);
	return true;
}

/* Begin a record that can take a source, or needs none; NULL without memory. */
static struct igmpv3_grec *writer_record(struct writer *w, __be32 group,
					 u8 type)
{
	struct report_head *report;
	struct igmpv3_grec *rec;

	if (w->room < sizeof(*rec) + sizeof(__be32) && !writer_next(w))
		return NULL;
	report = (struct report_head *)w->skb->data;
	be16_add_cpu(&report->ngrec, 1);
	rec = skb_put_zero(w->skb, sizeof(*rec));
	rec->grec_type = type;
	rec->grec_mca = group;
	w->room -= sizeof(*rec);
	return rec;
}

/*
 * A record of all sources that belong in it; @select as for
 * inetx_mc_in_record().  Too many for one packet make several records in
 * several packets, but a list of what is not wanted cannot be split: of two
 * lists the second would be taken for all.  It is cut (RFC 3376 4.2.16), after
 * it was given a packet of its own.
 */
static void write_record(struct writer *w, const struct inetx_group *group,
			 u8 type, u8 select)
{
	const struct inetx_mc_filter *filter = inetx_group_filter(group);
	bool whole = type == IGMPV3_MODE_IS_EXCLUDE ||
		     type == IGMPV3_CHANGE_TO_EXCLUDE;
	struct igmpv3_grec *rec = NULL;
	u32 i, n = 0;

	for (i = 0; i < filter->n; i++)
		n += inetx_mc_in_record(filter, i, select);
	if (!n) {
		if (whole || type == IGMPV3_CHANGE_TO_INCLUDE)
			writer_record(w, group->addr, type);
		return;
	}
	if (whole && w->room < sizeof(*rec) + n * sizeof(__be32))
		writer_flush(w);

	for (i = 0; i < filter->n; i++) {
		if (!inetx_mc_in_record(filter, i, select))
			continue;
		if (!rec || w->room < sizeof(__be32)) {
			if (rec && whole)
				return;
			rec = writer_record(w, group->addr, type);
			if (!rec)
				return;
		}
		skb_put_data(w->skb, &filter->src[i].addr, sizeof(__be32));
		be16_add_cpu(&rec->grec_nsrcs, 1);
		w->room -= sizeof(__be32);
	}
}

static bool excludes(const struct inetx_group *group)
{
	return inetx_group_filter(group)->exclude;
}

static void write_state(struct writer *w, struct inetx_group *group)
{
	if (excludes(group))
		write_record(w, group, IGMPV3_MODE_IS_EXCLUDE,
			     IGMPV3_MODE_IS_EXCLUDE);
	else
		write_record(w, group, IGMPV3_MODE_IS_INCLUDE,
			     group->by_source ? 0 : IGMPV3_MODE_IS_INCLUDE);
	group->by_source = false;
	inetx_mc_unmark(inetx_group_filter(group));
}

/**
 * inetx_report_group - the state of one group, as asked or unasked
 * @group: its device's igmp.lock held
 * @out: gets the messages
 */
void inetx_report_group(struct inetx_group *group, struct sk_buff_head *out)
{
	struct writer w = { .xdev = group->xdev, .out = out };

	if (!inetx_igmp_reported(group->xdev, group->addr))
		return;
	switch (inetx_igmp_version(group->xdev)) {
	case 1:
		simple(group, IGMP_HOST_MEMBERSHIP_REPORT, group->addr, out);
		break;
	case 2:
		simple(group, IGMPV2_HOST_MEMBERSHIP_REPORT, group->addr, out);
		break;
	default:
		write_state(&w, group);
		writer_flush(&w);
		break;
	}
}

/**
 * inetx_report_all - the state of all groups, the answer to a general query
 * @xdev: the device, its igmp.lock held
 * @out: gets the messages
 */
void inetx_report_all(struct inetx_dev *xdev, struct sk_buff_head *out)
{
	struct writer w = { .xdev = xdev, .out = out };
	struct inetx_group *group;

	list_for_each_entry(group, &xdev->igmp.groups, list)
		if (inetx_igmp_reported(xdev, group->addr)) {
			/* asked for some sources meanwhile: here are all */
			group->by_source = false;
			write_state(&w, group);
		}
	writer_flush(&w);
}

/* RFC 3376 5.1: what has changed since the routers know. */
static void write_changes(struct writer *w, struct inetx_group *group)
{
	bool exclude = excludes(group);

	if (inetx_igmp_reported(group->xdev, group->addr)) {
		u8 first = exclude ? IGMPV3_BLOCK_OLD_SOURCES :
				     IGMPV3_ALLOW_NEW_SOURCES;
		u8 second = exclude ? IGMPV3_ALLOW_NEW_SOURCES :
				      IGMPV3_BLOCK_OLD_SOURCES;
		u8 mode = exclude ? IGMPV3_CHANGE_TO_EXCLUDE :
				    IGMPV3_CHANGE_TO_INCLUDE;

		write_record(w, group, first, first);
		write_record(w, group, second, second);
		if (group->mode_left)
			write_record(w, group, mode, mode);
	}
	inetx_mc_sent(inetx_group_filter(group));
	if (group->mode_left)
		group->mode_left--;
}

/**
 * inetx_report_changes - a state-change report
 * @xdev: the device, its igmp.lock held
 * @out: gets the messages
 */
void inetx_report_changes(struct inetx_dev *xdev, struct sk_buff_head *out)
{
	struct writer w = { .xdev = xdev, .out = out };
	struct inetx_group *group;

	list_for_each_entry(group, &xdev->igmp.departed, list)
		write_changes(&w, group);
	list_for_each_entry(group, &xdev->igmp.groups, list)
		write_changes(&w, group);
	writer_flush(&w);
}

/**
 * inetx_report_leave - the last member has left (RFC 2236 3)
 * @group: its device's igmp.lock held, the version is 1 or 2
 * @out: gets the message
 *
 * Said by who reported last only, to all routers; version 1 has no word for it.
 */
void inetx_report_leave(struct inetx_group *group, struct sk_buff_head *out)
{
	if (group->reporter && inetx_igmp_version(group->xdev) == 2)
		simple(group, IGMP_HOST_LEAVE_MESSAGE, IGMP_ALL_ROUTER, out);
}

static void send_one(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct inetx_net *xnet = xdev->xnet;
	struct inetx_flow flow = {
		.daddr = MESSAGE_CB(skb)->daddr,
		.oif = xdev->dev->ifindex,
		.uid = inetx_rule_uid(xnet),
		.tos = IGMP_TOS,
		.proto = IPPROTO_IGMP,
	};
	struct inetx_ip_args args = {
		.daddr = flow.daddr,
		.protocol = IPPROTO_IGMP,
		.ttl = IGMP_TTL,
		.tos = IGMP_TOS,
		.df = true,
		.priority = TC_PRIO_CONTROL,
		.opt = &router_alert,
	};
	struct inetx_path path;

	if (inetx_route_output(xnet, &flow, &path)) {
		kfree_skb(skb);
		return;
	}
	/* RFC 3376 4.2.13: an address of the device, or none. */
	if (inetx_addr_on_dev(xdev, path.saddr))
		args.saddr = path.saddr;
	inetx_ip_send(xnet, NULL, skb, &path, &args);
}

/**
 * inetx_report_send - send what was made
 * @xdev: the device
 * @out: the messages; empty afterwards
 *
 * Context: any that may send, the device's igmp.lock not held.
 */
void inetx_report_send(struct inetx_dev *xdev, struct sk_buff_head *out)
{
	struct sk_buff *skb;

	rcu_read_lock();
	while ((skb = __skb_dequeue(out)))
		send_one(xdev, skb);
	rcu_read_unlock();
}
