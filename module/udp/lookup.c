// SPDX-License-Identifier: GPL-2.0
/* The socket that a unicast datagram is for. */

#include <linux/jhash.h>
#include <linux/once.h>
#include <linux/random.h>
#include <net/sock_reuseport.h>

#include "udp/local.h"

/* The best socket so far. */
struct best {
	struct sock *sk;
	int score;
};

static void probe(struct hlist_head *chain,
		  const struct inetx_udp_packet *pkt, struct best *best)
{
	struct inetx_udp_key key;
	struct sock *sk;
	int score;

	sk_for_each_rcu(sk, chain) {
		const struct inet_sock *inet = inet_sk(sk);

		key.laddr = READ_ONCE(inet->inet_rcv_saddr);
		key.raddr = READ_ONCE(inet->inet_daddr);
		key.rport = READ_ONCE(inet->inet_dport);
		key.dev = READ_ONCE(sk->sk_bound_dev_if);
		score = inetx_udp_score(&key, pkt);
		if (score < 0)
			continue;
		/* SO_INCOMING_CPU decides between equals. */
		if (READ_ONCE(sk->sk_incoming_cpu) == raw_smp_processor_id())
			score++;
		if (score <= best->score)
			continue;
		best->score = score;
		best->sk = sk;
		/* The group decides among its members, which may be many and
		 * all fit alike; like AF_INET, look no further.
		 */
		if (sk->sk_reuseport && !key.rport && !reuseport_has_conns(sk))
			return;
	}
}

/* The chains where a socket for the datagram may be.  Each also has sockets of
 * other kinds, so the score has to say that what was found is of the kind
 * looked for.
 */
static void probe_fan(struct inetx_port_fan *fan,
		      const struct inetx_udp_packet *pkt, struct best *best)
{
	const __be32 laddr = pkt->laddr;

	probe(&fan->chain[inetx_port_hash(laddr, pkt->raddr, pkt->rport) &
			  fan->mask], pkt, best);
	if (best->score >= INETX_UDP_SCORE_CONNECTED)
		return;
	probe(&fan->chain[inetx_port_hash(laddr, 0, 0) & fan->mask], pkt,
	      best);
	if (best->score >= INETX_UDP_SCORE_LADDR)
		return;
	probe(&fan->chain[inetx_port_hash(0, 0, 0) & fan->mask], pkt, best);
}

/* One of the group, by program or by hash of the flow, socket(7) SO_REUSEPORT.
 * Members that are connected got their own datagrams before.
 */
static struct sock *select_member(struct sock *sk, __be16 lport,
				  const struct inetx_udp_packet *pkt,
				  struct sk_buff *skb)
{
	static u32 secret __read_mostly;
	struct sock *member;
	u32 hash;

	net_get_random_once(&secret, sizeof(secret));
	hash = jhash_3words((__force u32)pkt->laddr, (__force u32)pkt->raddr,
			    (__force u32)lport << 16 |
			    (__force u32)pkt->rport, secret);
	member = reuseport_select_sock(sk, hash, skb, sizeof(struct udphdr));
	if (IS_ERR(member))
		return NULL;
	return member ? : sk;
}

/**
 * inetx_udp_lookup - the socket for a unicast datagram
 * @table: the sockets of the protocol
 * @laddr: destination of the datagram, network order
 * @lport: its port, network order
 * @raddr: source, network order
 * @rport: its port, network order
 * @in: by what it came in
 * @skb: the datagram, data at the UDP header, for the program of a group; or
 *	NULL
 *
 * Context: RCU read side; the socket is good in that section.
 * Return: the socket or NULL.
 */
struct sock *inetx_udp_lookup(const struct inetx_port_table *table,
			      __be32 laddr, __be16 lport, __be32 raddr,
			      __be16 rport, struct inetx_in_dev in,
			      struct sk_buff *skb)
{
	const struct inetx_udp_packet pkt = {
		.laddr = laddr, .raddr = raddr, .rport = rport, .in = in,
	};
	struct inetx_port_fan *fan;
	struct inetx_port *port;
	unsigned int seq;
	struct best best;

	port = inetx_ports_get(table, ntohs(lport));
	if (!port)
		return NULL;
	do {
		seq = read_seqcount_begin(&port->seq);
		best = (struct best) { .score = -1 };
		fan = rcu_dereference(port->fan);
		if (likely(!fan))
			probe(&port->one, &pkt, &best);
		else
			probe_fan(fan, &pkt, &best);
	} while (read_seqcount_retry(&port->seq, seq));

	if (best.sk && best.sk->sk_reuseport &&
	    best.sk->sk_state != TCP_ESTABLISHED)
		return select_member(best.sk, lport, &pkt, skb);
	return best.sk;
}
