// SPDX-License-Identifier: GPL-2.0
/* sock_diag requests of the family: dump, one socket, destroy. */

#include <linux/cgroup.h>
#include <linux/inet_diag.h>
#include <linux/module.h>
#include <linux/sock_diag.h>
#include <net/netlink.h>
#include <net/tcp_states.h>

#include "diag/diag.h"
#include "ping/ping.h"
#include "tcp/tcp.h"

/* One bit of idiag_ext for each attribute that may be asked for. */
static bool asked(u8 ext, int attr)
{
	return ext & (1 << (attr - 1));
}

static int ifindex_of(const struct sock *sk)
{
	return READ_ONCE(sk->sk_bound_dev_if);
}

/**
 * inetx_diag_match_entry - does a record belong into a dump
 * @req: the request: state mask, ports and device that must be equal if given
 * @bytecode: checked filter, or NULL
 * @entry: what the filter looks at
 * @state: TCP_* state of the record
 *
 * Context: any.
 */
bool inetx_diag_match_entry(const struct inet_diag_req_v2 *req,
			    const struct nlattr *bytecode,
			    const struct inetx_diag_entry *entry, int state)
{
	if (!(req->idiag_states & (1U << state)))
		return false;
	if (req->id.idiag_sport && ntohs(req->id.idiag_sport) != entry->sport)
		return false;
	if (req->id.idiag_dport && ntohs(req->id.idiag_dport) != entry->dport)
		return false;
	if (req->id.idiag_if && req->id.idiag_if != entry->ifindex)
		return false;
	return !bytecode || inetx_diag_bytecode_run(bytecode, entry);
}

/**
 * inetx_diag_match - does a socket belong into a dump
 * @req: the request
 * @bytecode: checked filter, or NULL
 * @sk: a full socket
 *
 * Context: any in which @sk cannot be freed.
 */
bool inetx_diag_match(const struct inet_diag_req_v2 *req,
		      const struct nlattr *bytecode, struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_diag_entry entry = {
		.saddr = inet->inet_rcv_saddr,
		.daddr = inet->inet_daddr,
		.sport = inet->inet_num,
		.dport = ntohs(inet->inet_dport),
		.ifindex = ifindex_of(sk),
		.userlocks = sk->sk_userlocks,
		.mark = READ_ONCE(sk->sk_mark),
	};

#ifdef CONFIG_SOCK_CGROUP_DATA
	entry.cgroup_id = cgroup_id(sock_cgroup_ptr(&sk->sk_cgrp_data));
#endif
	return inetx_diag_match_entry(req, bytecode, &entry,
				      inet_sk_state_load(sk));
}

static int put_attributes(struct sock *sk, struct sk_buff *skb, u8 ext,
			  bool net_admin)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inet_diag_sockopt opt = {
		.recverr = inet->recverr,
		.freebind = inet->freebind,
		.hdrincl = inet->hdrincl,
		.mc_loop = inet->mc_loop,
		.transparent = inet->transparent,
		.mc_all = inet->mc_all,
		.nodefrag = inet->nodefrag,
		.bind_address_no_port = inet->bind_address_no_port,
		.recverr_rfc4884 = inet->recverr_rfc4884,
		.defer_connect = inet->defer_connect,
	};

	if (nla_put_u8(skb, INET_DIAG_SHUTDOWN, sk->sk_shutdown))
		return -EMSGSIZE;
	if (asked(ext, INET_DIAG_TOS) && nla_put_u8(skb, INET_DIAG_TOS, inet->tos))
		return -EMSGSIZE;
	if (net_admin && nla_put_u32(skb, INET_DIAG_MARK, READ_ONCE(sk->sk_mark)))
		return -EMSGSIZE;
	if (asked(ext, INET_DIAG_CLASS_ID) &&
	    nla_put_u32(skb, INET_DIAG_CLASS_ID, READ_ONCE(sk->sk_priority)))
		return -EMSGSIZE;
#ifdef CONFIG_SOCK_CGROUP_DATA
	if (nla_put_u64_64bit(skb, INET_DIAG_CGROUP_ID,
			      cgroup_id(sock_cgroup_ptr(&sk->sk_cgrp_data)),
			      INET_DIAG_PAD))
		return -EMSGSIZE;
#endif
	if (nla_put(skb, INET_DIAG_SOCKOPT, sizeof(opt), &opt))
		return -EMSGSIZE;

	if (asked(ext, INET_DIAG_MEMINFO)) {
		struct inet_diag_meminfo mem = {
			.idiag_rmem = sk_rmem_alloc_get(sk),
			.idiag_wmem = READ_ONCE(sk->sk_wmem_queued),
			.idiag_fmem = READ_ONCE(sk->sk_forward_alloc),
			.idiag_tmem = sk_wmem_alloc_get(sk),
		};

		if (nla_put(skb, INET_DIAG_MEMINFO, sizeof(mem), &mem))
			return -EMSGSIZE;
	}
	if (asked(ext, INET_DIAG_SKMEMINFO) &&
	    sock_diag_put_meminfo(sk, skb, INET_DIAG_SKMEMINFO))
		return -EMSGSIZE;
	return 0;
}

/**
 * inetx_diag_fill - describe one full socket
 * @sk: the socket; the caller keeps it alive
 * @skb: where to append the message
 * @cb: the request it answers: portid, sequence number, type
 * @req: which attributes are asked for
 * @nlmsg_flags: NLM_F_MULTI in a dump
 *
 * Context: process or softirq disabled.
 * Return: 0, or -EMSGSIZE with @skb as it was.
 */
int inetx_diag_fill(struct sock *sk, struct sk_buff *skb,
		    struct netlink_callback *cb,
		    const struct inet_diag_req_v2 *req, u16 nlmsg_flags)
{
	bool net_admin = netlink_net_capable(cb->skb, CAP_NET_ADMIN);
	const struct inet_sock *inet = inet_sk(sk);
	struct inet_diag_msg *msg;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			cb->nlh->nlmsg_type, sizeof(*msg), nlmsg_flags);
	if (!nlh)
		return -EMSGSIZE;

	msg = nlmsg_data(nlh);
	memset(msg, 0, sizeof(*msg));
	msg->idiag_family = inetx_family;
	msg->idiag_state = inet_sk_state_load(sk);
	msg->id.idiag_sport = inet->inet_sport;
	msg->id.idiag_dport = inet->inet_dport;
	msg->id.idiag_src[0] = inet->inet_rcv_saddr;
	msg->id.idiag_dst[0] = inet->inet_daddr;
	msg->id.idiag_if = ifindex_of(sk);
	sock_diag_save_cookie(sk, msg->id.idiag_cookie);
	msg->idiag_uid = from_kuid_munged(sk_user_ns(NETLINK_CB(cb->skb).sk),
					  sock_i_uid(sk));
	msg->idiag_inode = sock_i_ino(sk);

	if (put_attributes(sk, skb, req->idiag_ext, net_admin))
		goto full;

	if (sk->sk_prot == &inetx_tcp_prot) {
		if (inetx_tcp_diag_info(sk, msg, skb, req->idiag_ext))
			goto full;
	} else {
		msg->idiag_rqueue = sk_rmem_alloc_get(sk);
		msg->idiag_wqueue = sk_wmem_alloc_get(sk);
	}

	nlmsg_end(skb, nlh);
	return 0;

full:
	nlmsg_cancel(skb, nlh);
	return -EMSGSIZE;
}

static const struct nla_policy diag_policy[INET_DIAG_REQ_MAX + 1] = {
	[INET_DIAG_REQ_BYTECODE] = { .type = NLA_BINARY },
	[INET_DIAG_REQ_PROTOCOL] = { .type = NLA_U32 },
};

/**
 * struct diag_dump - what a dump keeps between its messages
 * @bytecode: the checked filter inside the request, or NULL
 * @protocol: IPPROTO_*
 *
 * Owned by the netlink callback, which runs one call at a time.
 */
struct diag_dump {
	const struct nlattr *bytecode;
	int protocol;
};

static int diag_parse(const struct nlmsghdr *nlh, struct nlattr **tb)
{
	return nlmsg_parse_deprecated(nlh, sizeof(struct inet_diag_req_v2), tb,
				      INET_DIAG_REQ_MAX, diag_policy, NULL);
}

/* Protocols above 255 do not fit the request's own field. */
static int diag_protocol(const struct inet_diag_req_v2 *req,
			 struct nlattr **tb)
{
	if (tb[INET_DIAG_REQ_PROTOCOL])
		return nla_get_u32(tb[INET_DIAG_REQ_PROTOCOL]);
	return req->sdiag_protocol;
}

static int diag_dump_start(struct netlink_callback *cb)
{
	const struct inet_diag_req_v2 *req = nlmsg_data(cb->nlh);
	struct nlattr *tb[INET_DIAG_REQ_MAX + 1];
	struct diag_dump *dump;
	int err;

	err = diag_parse(cb->nlh, tb);
	if (err)
		return err;

	if (tb[INET_DIAG_REQ_BYTECODE]) {
		bool net_admin = netlink_net_capable(cb->skb, CAP_NET_ADMIN);

		err = inetx_diag_bytecode_check(tb[INET_DIAG_REQ_BYTECODE],
						net_admin);
		if (err)
			return err;
	}

	dump = kmalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	/* The request's skb lives as long as the dump. */
	dump->bytecode = tb[INET_DIAG_REQ_BYTECODE];
	dump->protocol = diag_protocol(req, tb);
	cb->data = dump;
	return 0;
}

static int diag_dump_done(struct netlink_callback *cb)
{
	kfree(cb->data);
	return 0;
}

static int diag_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct inet_diag_req_v2 *req = nlmsg_data(cb->nlh);
	const struct diag_dump *dump = cb->data;
	int err;

	switch (dump->protocol) {
	case IPPROTO_TCP:
		err = inetx_tcp_diag_dump(skb, cb, req, dump->bytecode);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		err = inetx_udp_diag_dump(skb, cb, req, dump->bytecode,
					  dump->protocol == IPPROTO_UDPLITE);
		break;
	case IPPROTO_RAW:
		err = inetx_raw_diag_dump(skb, cb, req, dump->bytecode);
		break;
	default:
		return -ENOENT;
	}
	return err ? : skb->len;
}

/* A referenced full socket that the request names, or an ERR_PTR. */
static struct sock *diag_find(struct sk_buff *in_skb,
			      const struct nlmsghdr *nlh)
{
	struct inetx_net *xnet = inetx_net(sock_net(in_skb->sk));
	const struct inet_diag_req_v2 *req = nlmsg_data(nlh);
	struct nlattr *tb[INET_DIAG_REQ_MAX + 1];
	int err, protocol;
	struct sock *sk;

	err = diag_parse(nlh, tb);
	if (err)
		return ERR_PTR(err);

	protocol = diag_protocol(req, tb);
	switch (protocol) {
	case IPPROTO_TCP:
		sk = inetx_tcp_diag_find(xnet, req);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		sk = inetx_udp_diag_find(xnet, req,
					 protocol == IPPROTO_UDPLITE);
		break;
	case IPPROTO_RAW:
		sk = inetx_raw_diag_find(xnet, req);
		break;
	default:
		return ERR_PTR(-ENOENT);
	}
	if (IS_ERR_OR_NULL(sk))
		return sk ? : ERR_PTR(-ENOENT);

	err = sock_diag_check_cookie(sk, req->id.idiag_cookie);
	if (err) {
		sock_put(sk);
		return ERR_PTR(err);
	}
	return sk;
}

static int diag_get_one(struct sk_buff *in_skb, const struct nlmsghdr *nlh)
{
	struct netlink_callback cb = { .nlh = nlh, .skb = in_skb };
	struct net *net = sock_net(in_skb->sk);
	struct sk_buff *answer;
	struct sock *sk;
	int err;

	sk = diag_find(in_skb, nlh);
	if (IS_ERR(sk))
		return PTR_ERR(sk);

	answer = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (answer)
		err = inetx_diag_fill(sk, answer, &cb, nlmsg_data(nlh), 0);
	else
		err = -ENOMEM;
	sock_put(sk);

	if (err) {
		kfree_skb(answer);
		return err;
	}
	return nlmsg_unicast(net->diag_nlsk, answer,
			     NETLINK_CB(in_skb).portid);
}

static int diag_request(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	struct net *net = sock_net(skb->sk);

	if (nlmsg_len(nlh) < sizeof(struct inet_diag_req_v2))
		return -EINVAL;

	if (nlh->nlmsg_flags & NLM_F_DUMP) {
		struct netlink_dump_control control = {
			.start = diag_dump_start,
			.dump = diag_dump,
			.done = diag_dump_done,
		};

		return netlink_dump_start(net->diag_nlsk, skb, nlh, &control);
	}
	return diag_get_one(skb, nlh);
}

static int diag_destroy(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	struct sock *sk;
	int err;

	if (nlmsg_len(nlh) < sizeof(struct inet_diag_req_v2))
		return -EINVAL;
	sk = diag_find(skb, nlh);
	if (IS_ERR(sk))
		return PTR_ERR(sk);
	err = sock_diag_destroy(sk, ECONNABORTED);
	sock_put(sk);
	return err;
}

static struct sock_diag_handler inetx_diag_handler = {
	.owner = THIS_MODULE,
	.dump = diag_request,
	.destroy = diag_destroy,
};

/**
 * inetx_diag_init - answer sock_diag requests of the family
 *
 * Return: 0 or a negative errno.
 */
int inetx_diag_init(void)
{
	inetx_diag_handler.family = inetx_family;
	return sock_diag_register(&inetx_diag_handler);
}

/**
 * inetx_diag_exit - stop answering; waits for requests under way
 */
void inetx_diag_exit(void)
{
	sock_diag_unregister(&inetx_diag_handler);
}
