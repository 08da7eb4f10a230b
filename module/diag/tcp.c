// SPDX-License-Identifier: GPL-2.0
/* TCP sockets for sock_diag(7). */

#include <net/netlink.h>

#include "diag/diag.h"
#include "tcp/internal.h"

/* As /proc/net/tcp numbers them. */
#define DIAG_TIMER_RETRANSMIT	1
#define DIAG_TIMER_KEEPALIVE	2
#define DIAG_TIMER_TIMEWAIT	3
#define DIAG_TIMER_PROBE	4

static int mini_state(const struct inetx_tcp_mini *mini)
{
	return mini->kind == INETX_MINI_REQUEST ? TCP_SYN_RECV : mini->state;
}

/* The state mask has bits of its own for records: a TIME_WAIT record in
 * FIN_WAIT2 is asked for as TIME_WAIT, a request as NEW_SYN_RECV or SYN_RECV.
 */
static bool mini_matches(const struct inet_diag_req_v2 *req,
			 const struct nlattr *bytecode,
			 const struct inetx_tcp_mini *mini)
{
	struct inetx_diag_entry entry = {
		.saddr = mini->tuple.local,
		.daddr = mini->tuple.peer,
		.sport = ntohs(mini->tuple.local_port),
		.dport = ntohs(mini->tuple.peer_port),
		.ifindex = mini->ifindex,
		.mark = mini->mark,
	};

	return inetx_diag_match_entry(req, bytecode, &entry, mini_state(mini));
}

static int mini_fill(struct inetx_tcp_mini *mini, struct sk_buff *skb,
		     struct netlink_callback *cb)
{
	struct inetx_tcp_request *req;
	struct inet_diag_msg *msg;
	struct nlmsghdr *nlh;
	s32 left = mini->expires - (u32)jiffies;

	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			cb->nlh->nlmsg_type, sizeof(*msg), NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	msg = nlmsg_data(nlh);
	memset(msg, 0, sizeof(*msg));
	msg->idiag_family = inetx_family;
	msg->idiag_state = mini_state(mini);
	msg->id.idiag_sport = mini->tuple.local_port;
	msg->id.idiag_dport = mini->tuple.peer_port;
	msg->id.idiag_src[0] = mini->tuple.local;
	msg->id.idiag_dst[0] = mini->tuple.peer;
	msg->id.idiag_if = mini->ifindex;
	msg->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	msg->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	msg->idiag_expires = jiffies_to_msecs(max_t(s32, left, 0));
	msg->idiag_timer = DIAG_TIMER_TIMEWAIT;
	if (mini->kind == INETX_MINI_REQUEST) {
		req = container_of(mini, struct inetx_tcp_request, mini);
		msg->idiag_timer = DIAG_TIMER_RETRANSMIT;
		msg->idiag_retrans = req->num_retrans;
		msg->idiag_uid =
			from_kuid_munged(sk_user_ns(NETLINK_CB(cb->skb).sk),
					 sock_i_uid(req->listener));
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static int entry_fill(struct inetx_tcp_entry *entry, struct sk_buff *skb,
		      struct netlink_callback *cb,
		      const struct inet_diag_req_v2 *req,
		      const struct nlattr *bytecode)
{
	if (entry->mini) {
		if (!mini_matches(req, bytecode, entry->mini))
			return 0;
		return mini_fill(entry->mini, skb, cb);
	}
	if (!inetx_diag_match(req, bytecode, entry->sk))
		return 0;
	return inetx_diag_fill(entry->sk, skb, cb, req, NLM_F_MULTI);
}

/**
 * inetx_tcp_diag_dump - the TCP sockets that a request asks for
 * @skb: where to append
 * @cb: the dump; args[0] and args[1] hold the place in the tables
 * @req: the request
 * @bytecode: checked filter, or NULL
 *
 * Context: process.
 * Return: 0; the dump is at its end when nothing was appended.
 */
int inetx_tcp_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode)
{
	struct inetx_net *xnet = inetx_net(sock_net(cb->skb->sk));
	struct inetx_tcp_place place = { cb->args[0], cb->args[1] };
	struct inetx_tcp_place at = place;
	struct inetx_tcp_entry entry;
	int err = 0;

	while (inetx_tcp_walk(xnet->tcp.tables, &place, &entry)) {
		err = entry_fill(&entry, skb, cb, req, bytecode);
		inetx_tcp_entry_put(&entry);
		if (err)
			break;
		at = place;
		cond_resched();
	}
	/* What did not fit comes first in the next message. */
	if (!err)
		at = place;
	cb->args[0] = at.bucket;
	cb->args[1] = at.nth;
	return 0;
}

/**
 * inetx_tcp_diag_find - the TCP socket that a request names
 * @xnet: the namespace
 * @req: the request: addresses, ports, device
 *
 * Context: process.
 * Return: the socket with a reference, or NULL.
 */
struct sock *inetx_tcp_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req)
{
	struct inetx_tcp_tuple tuple = {
		.peer = req->id.idiag_dst[0],
		.local = req->id.idiag_src[0],
		.peer_port = req->id.idiag_dport,
		.local_port = req->id.idiag_sport,
	};
	const struct inetx_in_dev in = { .dif = req->id.idiag_if };
	struct inetx_tcp_mini *mini;
	struct sock *sk;

	rcu_read_lock();
	sk = inetx_tcp_lookup(xnet->tcp.tables, &tuple, in, &mini);
	if (mini)
		inetx_tcp_mini_put(mini);
	if (!sk && !mini) {
		sk = inetx_tcp_lookup_listener(xnet->tcp.tables, &tuple, in);
		if (sk && !refcount_inc_not_zero(&sk->sk_refcnt))
			sk = NULL;
	}
	rcu_read_unlock();
	return sk;
}

static void fill_timer(const struct sock *sk, struct inet_diag_msg *msg)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	long left;

	if (timer_pending(&tp->rto_timer)) {
		bool probe = tp->rto_mode == INETX_TIMER_PROBE;

		msg->idiag_timer = probe ? DIAG_TIMER_PROBE :
					   DIAG_TIMER_RETRANSMIT;
		msg->idiag_retrans = probe ? tp->probes : tp->retransmits;
		left = tp->rto_timer.expires - jiffies;
	} else if (timer_pending(&sk->sk_timer)) {
		msg->idiag_timer = DIAG_TIMER_KEEPALIVE;
		msg->idiag_retrans = tp->probes;
		left = sk->sk_timer.expires - jiffies;
	} else {
		return;
	}
	msg->idiag_expires = jiffies_to_msecs(max(left, 0L));
}

/**
 * inetx_tcp_diag_info - TCP's part of an answer
 * @sk: the socket
 * @msg: the message, queues and timer are filled in
 * @skb: where to append attributes
 * @ext: attributes that are asked for
 *
 * Context: process; the socket is not locked: a snapshot.
 * Return: 0 or -EMSGSIZE.
 */
int inetx_tcp_diag_info(struct sock *sk, struct inet_diag_msg *msg,
			struct sk_buff *skb, u8 ext)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct nlattr *attr;

	fill_timer(sk, msg);
	if (READ_ONCE(sk->sk_state) == TCP_LISTEN) {
		msg->idiag_rqueue = READ_ONCE(sk->sk_ack_backlog);
		msg->idiag_wqueue = READ_ONCE(sk->sk_max_ack_backlog);
	} else {
		msg->idiag_rqueue = max_t(int, READ_ONCE(tp->rcv_nxt) -
					       READ_ONCE(tp->copied_seq), 0);
		msg->idiag_wqueue = READ_ONCE(tp->write_seq) -
				    READ_ONCE(tp->snd_una);
	}

	if (ext & (1 << (INET_DIAG_INFO - 1))) {
		attr = nla_reserve_64bit(skb, INET_DIAG_INFO,
					 sizeof(struct tcp_info),
					 INET_DIAG_PAD);
		if (!attr)
			return -EMSGSIZE;
		inetx_tcp_get_info(sk, nla_data(attr));
	}
	if (ext & (1 << (INET_DIAG_CONG - 1)) &&
	    nla_put_string(skb, INET_DIAG_CONG,
			   inetx_cong_name(tp->cong.algo)))
		return -EMSGSIZE;
	return 0;
}
