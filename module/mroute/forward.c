// SPDX-License-Identifier: GPL-2.0
/*
 * Packets to groups, from where they have to come from to where they have to go.
 *
 * Each vif that a packet goes to gets a clone with a header of its own; the last
 * one gets the packet itself, if nobody else wants it.
 */

#include "filter/filter.h"
#include "ip/ip.h"
#include "mroute/table.h"
#include "raw/raw.h"
#include "route/rule.h"

static int path_to(struct inetx_net *xnet, const struct net_device *dev,
		   const struct sk_buff *skb, struct inetx_path *path)
{
	const struct inetx_flow flow = {
		.daddr = ip_hdr(skb)->daddr,
		.oif = dev->ifindex,
		.uid = inetx_rule_uid(xnet),
		.tos = ip_hdr(skb)->tos,
		.proto = ip_hdr(skb)->protocol,
	};

	return inetx_route_output(xnet, &flow, path);
}

/* By one vif; takes the skb, of which others may share the header. */
static void send(struct inetx_mr_table *table, struct inetx_dev *xdev,
		 struct sk_buff *skb, unsigned int n)
{
	struct inetx_net *xnet = table->xnet;
	struct inetx_path path;
	struct inetx_vif *vif;

	vif = rcu_dereference(table->vifs[n]);
	if (unlikely(!vif)) {
		kfree_skb(skb);
		return;
	}
	if (unlikely(vif->flags & VIFF_REGISTER)) {
		this_cpu_inc(vif->count->pkt_out);
		this_cpu_add(vif->count->bytes_out, skb->len);
		inetx_mr_register_send(table, vif->dev, skb, n);
		consume_skb(skb);
		return;
	}
	if (unlikely(path_to(xnet, vif->dev, skb, &path))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_OUTNOROUTES,
			      SKB_DROP_REASON_IP_OUTNOROUTES);
		return;
	}
	/* RFC 1112 7.2: nobody is told of a multicast that does not fit. */
	if (unlikely(!inetx_ip_fits(skb, path.mtu)) &&
	    !inetx_ip_may_fragment(skb, path.mtu)) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_FRAGFAILS,
			      SKB_DROP_REASON_PKT_TOO_BIG);
		return;
	}
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(path.dev)))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_OUTDISCARDS,
			      SKB_DROP_REASON_NOMEM);
		return;
	}
	this_cpu_inc(vif->count->pkt_out);
	this_cpu_add(vif->count->bytes_out, skb->len);

	ip_decrease_ttl(ip_hdr(skb));
	skb_forward_csum(skb);
	/* It comes back to members here, but is not sent on again. */
	IPCB(skb)->flags |= IPSKB_FORWARDED;
	if (inetx_filter_on(xnet, NF_INET_FORWARD))
		inetx_filter_forward(xdev, skb, &path);
	else
		inetx_ip_forward_filtered(xnet, skb, xdev->dev, &path);
}

static void send_clone(struct inetx_mr_table *table, struct inetx_dev *xdev,
		       struct sk_buff *skb, unsigned int n)
{
	struct sk_buff *clone = skb_clone(skb, GFP_ATOMIC);

	if (likely(clone))
		send(table, xdev, clone, n);
	else
		INETX_IP_INC(table->xnet, IPSTATS_MIB_OUTDISCARDS);
}

/* Once in three seconds for each entry. */
static bool assert_due(struct inetx_mfc *mfc)
{
	unsigned long last = READ_ONCE(mfc->asserted);

	return time_after(jiffies, last + MFC_ASSERT_THRESH) &&
	       cmpxchg(&mfc->asserted, last, jiffies) == last;
}

/*
 * A packet that comes from elsewhere than its entry says.  The daemon is told if
 * it came from where others of the group go to: two routers serve that link (PIM's
 * assert, RFC 7761 4.6).  PIM wants to hear of all, as a better tree begins so.
 */
static void wrong_vif(struct inetx_mr_table *table, struct sk_buff *skb,
		      struct inetx_mfc *mfc, int vif)
{
	atomic_long_inc(&mfc->wrong);
	if (vif < 0 || !READ_ONCE(table->assert))
		return;
	if (!READ_ONCE(table->pim) && !(READ_ONCE(mfc->oifs) & BIT(vif)))
		return;
	if (!assert_due(mfc))
		return;
	inetx_mr_report(table, skb, vif, IGMPMSG_WRONGVIF);
	if (READ_ONCE(table->wrvifwhole))
		inetx_mr_report(table, skb, vif, IGMPMSG_WRVIFWHOLE);
}

/* Does a packet come from where its entry says, and so is sent on?  @vif: where it
 * comes from.
 */
static bool accept(struct inetx_mr_table *table, const struct inetx_dev *xdev,
		   struct sk_buff *skb, struct inetx_mfc *mfc, int vif)
{
	unsigned int parent = READ_ONCE(mfc->parent);
	const struct inetx_vif *from;
	const struct inetx_mfc *tree;

	/* Of any source: from anywhere in the tree of all. */
	if (!mfc->key.origin && vif >= 0) {
		tree = inetx_mfc_find_all(table, parent);
		if (tree && READ_ONCE(tree->oifs) & BIT(vif))
			return true;
	}
	from = rcu_dereference(table->vifs[parent]);
	if (likely(from && from->dev == xdev->dev))
		return true;
	/* What we have sent ourselves by another way than the tree's. */
	if (skb->pkt_type != PACKET_LOOPBACK)
		wrong_vif(table, skb, mfc, vif);
	return false;
}

/* The vifs that a packet goes to, as bits. */
static u32 ways(const struct inetx_mr_table *table,
		const struct inetx_mfc *mfc, u8 ttl, int vif)
{
	unsigned int parent = READ_ONCE(mfc->parent);
	u32 candidates, chosen = 0;
	unsigned int n;

	candidates = READ_ONCE(mfc->oifs) & READ_ONCE(table->used);
	/* Of all sources and groups: up the tree, not down again. */
	if (!mfc->key.origin && !mfc->key.group)
		candidates = vif >= 0 && vif != parent ?
			     candidates & BIT(parent) : 0;
	/* Of any source: not back to where it has come from. */
	if (!mfc->key.origin && vif >= 0)
		candidates &= ~BIT(vif);
	for (; candidates; candidates &= candidates - 1) {
		n = __ffs(candidates);
		if (ttl > READ_ONCE(mfc->ttls[n]))
			chosen |= BIT(n);
	}
	return chosen;
}

/**
 * inetx_mr_forward - send a packet on as its entry says
 * @table: the table
 * @xdev: the device it came in by, or that our own packet was sent by
 * @skb: the packet, at its IP header, IPCB() valid; taken, unless @keep
 * @mfc: the entry
 * @keep: somebody here wants it, too
 *
 * Context: softirq, or bottom halves off; RCU read side.
 */
void inetx_mr_forward(struct inetx_mr_table *table, struct inetx_dev *xdev,
		      struct sk_buff *skb, struct inetx_mfc *mfc, bool keep)
{
	int vif = inetx_vif_find(table, xdev->dev);
	const struct inetx_vif *from;
	u32 todo = 0;

	atomic_long_inc(&mfc->packets);
	atomic_long_add(skb->len, &mfc->bytes);
	WRITE_ONCE(mfc->lastuse, jiffies);
	if (accept(table, xdev, skb, mfc, vif)) {
		from = rcu_dereference(table->vifs[READ_ONCE(mfc->parent)]);
		if (likely(from)) {
			this_cpu_inc(from->count->pkt_in);
			this_cpu_add(from->count->bytes_in, skb->len);
		}
		todo = ways(table, mfc, ip_hdr(skb)->ttl, vif);
	}

	while (todo) {
		unsigned int n = __fls(todo);

		todo &= ~BIT(n);
		if (todo || keep) {
			send_clone(table, xdev, skb, n);
		} else {
			send(table, xdev, skb, n);
			return;
		}
	}
	if (!keep)
		consume_skb(skb);
}

/*
 * IGMP to groups that the daemon has not joined, by which hosts tell what they
 * want: those packets that ask for it by a router alert (RFC 2113), and those
 * that should but do not, for version 1 knew of none.
 */
static bool to_daemon(struct inetx_mr_table *table, struct sk_buff *skb)
{
	struct inetx_net *xnet = table->xnet;
	struct sock *sk;

	if (IPCB(skb)->opt.router_alert)
		return inetx_raw_alert(xnet, skb);
	if (likely(ip_hdr(skb)->protocol != IPPROTO_IGMP))
		return false;
	sk = rcu_dereference(table->sk);
	if (!sk)
		return false;
	nf_reset_ct(skb);
	inetx_raw_queue(xnet, sk, skb);
	return true;
}

/**
 * inetx_mroute_input - a packet to a group, on a device that takes part
 * @xdev: the device it came in by, or that our own packet was sent by
 * @skb: the packet, at its IP header, INETX_CB() set; may be a fragment.  Taken,
 *	unless it is @local
 * @local: somebody here wants it, too
 *
 * Context: softirq, or bottom halves off; RCU read side.
 * Return: @local: whether the caller is to deliver it.
 */
bool inetx_mroute_input(struct inetx_dev *xdev, struct sk_buff *skb,
			bool local)
{
	struct inetx_mr_table *table = inetx_mr_table_of(xdev->xnet, skb);
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_mfc *mfc;
	int vif;

	/* The device was seen to take part, but not yet what for; or a rule
	 * refuses the packet, and then it is for nobody, as in AF_INET.
	 */
	if (unlikely(!table)) {
		if (READ_ONCE(xdev->xnet->mroute.rules_used))
			local = false;
		if (!local)
			kfree_skb(skb);
		return local;
	}
	if (!local && to_daemon(table, skb))
		return false;
	vif = inetx_vif_find(table, xdev->dev);
	mfc = inetx_mfc_lookup(table, iph->saddr, iph->daddr, vif);
	if (likely(mfc)) {
		inetx_mr_forward(table, xdev, skb, mfc, local);
		return local;
	}
	if (local) {
		skb = skb_clone(skb, GFP_ATOMIC);
		if (unlikely(!skb)) {
			INETX_IP_INC(xdev->xnet, IPSTATS_MIB_INDISCARDS);
			return local;
		}
	}
	if (likely(vif >= 0))
		inetx_mr_wait(table, vif, skb);
	else
		kfree_skb(skb);
	return local;
}
