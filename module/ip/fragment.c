// SPDX-License-Identifier: GPL-2.0
/*
 * A packet larger than its path takes leaves in pieces.
 *
 * Each piece is a new buffer, and its data a copy: a large datagram is sent so
 * rarely that pieces which share its pages would be more code than they save time.
 */

#include <net/ip.h>
#include <net/sock.h>

#include "ip/fragment.h"
#include "ip/options.h"

/**
 * struct cutter - a packet while it is cut
 * @skb: the packet, at its IP header
 * @hlen: bytes of IP header, in every piece
 * @room: bytes of data that a piece takes, a multiple of 8
 * @headroom: bytes that the link wants in front of a piece
 * @ptr: where in @skb the next piece's data begins
 * @offset: which octet of the datagram that is
 * @more: @skb is a fragment, and not the last
 *
 * On the stack of who cuts.
 */
struct cutter {
	struct sk_buff *skb;
	unsigned int hlen;
	unsigned int room;
	unsigned int headroom;
	unsigned int ptr;
	unsigned int offset;
	bool more;
};

static void cutter_init(struct cutter *cut, struct sk_buff *skb,
			const struct net_device *dev, unsigned int mtu)
{
	u16 field = ntohs(ip_hdr(skb)->frag_off);

	*cut = (struct cutter) {
		.skb = skb,
		.hlen = ip_hdrlen(skb),
		.room = (mtu - ip_hdrlen(skb)) & ~7,
		.headroom = LL_RESERVED_SPACE(dev),
		.ptr = ip_hdrlen(skb),
		.offset = (field & IP_OFFSET) * 8,
		.more = field & IP_MF,
	};
}

/* All that is known of a packet but its data is known of its pieces. */
static void copy_metadata(struct sk_buff *to, const struct sk_buff *from)
{
	to->pkt_type = from->pkt_type;
	to->priority = from->priority;
	to->protocol = from->protocol;
	to->skb_iif = from->skb_iif;
	to->dev = from->dev;
	to->mark = from->mark;
	skb_copy_hash(to, from);
	skb_copy_secmark(to, from);
	skb_ext_copy(to, from);
	nf_copy(to, from);
#ifdef CONFIG_NET_SCHED
	to->tc_index = from->tc_index;
#endif
	skb_set_delivery_time(to, from->tstamp, from->mono_delivery_time);
	memset(IPCB(to), 0, sizeof(struct inet_skb_parm));
	IPCB(to)->flags = IPCB(from)->flags;
}

/* The header of a piece that holds @len octets of data. */
static void write_header(const struct cutter *cut, struct iphdr *iph,
			 unsigned int len, bool more)
{
	u16 field = cut->offset / 8;

	if (more)
		field |= IP_MF;
	/* Whose pieces had the flag wants to hear of a smaller path. */
	if (IPCB(cut->skb)->flags & IPSKB_FRAG_PMTU)
		field |= IP_DF;
	iph->frag_off = htons(field);
	iph->tot_len = htons(cut->hlen + len);
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/* The next piece, or an error; cut->ptr moves on. */
static struct sk_buff *next_piece(struct cutter *cut)
{
	struct sk_buff *skb = cut->skb, *piece;
	unsigned int len = skb->len - cut->ptr;
	bool more = cut->more;
	int err;

	if (len > cut->room) {
		len = cut->room;
		more = true;
	}
	piece = alloc_skb(cut->headroom + cut->hlen + len, GFP_ATOMIC);
	if (!piece)
		return ERR_PTR(-ENOMEM);
	copy_metadata(piece, skb);
	skb_reserve(piece, cut->headroom);
	skb_reset_network_header(piece);
	skb_set_transport_header(piece, cut->hlen);
	skb_put_data(piece, skb_network_header(skb), cut->hlen);
	err = skb_copy_bits(skb, cut->ptr, skb_put(piece, len), len);
	if (WARN_ON_ONCE(err)) {
		kfree_skb(piece);
		return ERR_PTR(err);
	}
	if (skb->sk)
		skb_set_owner_w(piece, skb->sk);
	/* The first one stands for the packet where its departure is reported. */
	if (cut->ptr == cut->hlen) {
		skb_shinfo(piece)->tx_flags = skb_shinfo(skb)->tx_flags &
					      SKBTX_ANY_TSTAMP;
		skb_shinfo(piece)->tskey = skb_shinfo(skb)->tskey;
	}
	write_header(cut, ip_hdr(piece), len, more);
	cut->ptr += len;
	cut->offset += len;
	return piece;
}

/* Once the first piece has its header, the others have only options of theirs. */
static void options_of_later(struct sk_buff *skb)
{
	struct iphdr *iph = ip_hdr(skb);

	inetx_ip_options_later((u8 *)(iph + 1), iph->ihl * 4 - sizeof(*iph));
}

static int send_pieces(struct inetx_net *xnet, struct cutter *cut,
		       const struct inetx_path *path)
{
	int err;

	do {
		bool first = !cut->offset;
		struct sk_buff *piece = next_piece(cut);

		if (IS_ERR(piece))
			return PTR_ERR(piece);
		if (unlikely(first && cut->hlen > sizeof(struct iphdr)))
			options_of_later(cut->skb);
		inetx_ip_count_multi(xnet, path, piece->len);
		err = inetx_link_send(xnet, piece, path);
		if (err)
			return err;
		INETX_IP_INC(xnet, IPSTATS_MIB_FRAGCREATES);
	} while (cut->ptr < cut->skb->len);
	return 0;
}

/* What the device was to compute of the whole cannot be computed of pieces. */
static int settle_checksum(struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return 0;
	/* A packet of virtual hardware may have it point into our header. */
	if (skb_checksum_start_offset(skb) < (int)ip_hdrlen(skb))
		return -EINVAL;
	return skb_checksum_help(skb);
}

/**
 * inetx_ip_fragment - send a packet in pieces
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete, network header set, IPCB
 *	valid; may be a fragment; taken
 * @path: a valid path
 * @mtu: bytes that a piece may have, header included
 *
 * Counts FragCreates, and FragOKs or FragFails.  Options go into the later pieces
 * as RFC 791 3.1 says of each; the identification is the same in all.
 *
 * Context: RCU read side, any context that may send.
 * Return: 0; what the link said of the first piece that it did not take, then the
 * others are not sent; -EMSGSIZE: no piece fits; -ENOMEM.
 */
int inetx_ip_fragment(struct inetx_net *xnet, struct sk_buff *skb,
		      const struct inetx_path *path, unsigned int mtu)
{
	struct cutter cut;
	int err;

	err = settle_checksum(skb);
	/* RFC 791 2.3: a fragment has 8 octets at least. */
	if (!err && mtu < ip_hdrlen(skb) + 8)
		err = -EMSGSIZE;
	/* Others may look at the header, which loses options on the way. */
	if (!err && ip_hdrlen(skb) > sizeof(struct iphdr) &&
	    skb_cow_head(skb, 0))
		err = -ENOMEM;
	if (!err) {
		cutter_init(&cut, skb, path->dev, mtu);
		err = send_pieces(xnet, &cut, path);
	}

	if (err) {
		INETX_IP_INC(xnet, IPSTATS_MIB_FRAGFAILS);
		kfree_skb(skb);
	} else {
		INETX_IP_INC(xnet, IPSTATS_MIB_FRAGOKS);
		consume_skb(skb);
	}
	return err;
}
