/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of a namespace: connections, listeners, ports; and the records
 * that stand for a connection that has no socket yet (request) or any more
 * (TIME_WAIT).
 *
 * Readers take no lock.  Sockets and records live in SLAB_TYPESAFE_BY_RCU
 * slabs: inside an RCU section memory keeps its type but may become another
 * object of it, so a reader takes a reference and then compares again, and
 * begins anew when a chain ends with the mark of another bucket.
 *
 * Lock order: socket lock, bind bucket, connection bucket.  A wheel slot's lock
 * is taken alone.
 */
#ifndef _INETX_TCP_TABLE_H
#define _INETX_TCP_TABLE_H

#include <linux/rculist.h>
#include <linux/rculist_nulls.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "route/vrf.h"
#include "tcp/tcp_sock.h"

/**
 * struct inetx_tcp_tuple - addresses of a connection, seen from us
 * @peer: the other end, network order
 * @local: our address, network order
 * @peer_port: its port, network order
 * @local_port: ours, network order
 */
struct inetx_tcp_tuple {
	__be32 peer;
	__be32 local;
	__be16 peer_port;
	__be16 local_port;
};

enum inetx_tcp_mini_kind {
	INETX_MINI_REQUEST,
	INETX_MINI_TIMEWAIT,
};

/**
 * struct inetx_tcp_mini - head of a record in place of a socket
 * @node: in bucket.minis; bucket lock, RCU
 * @tuple: what it stands for; set before it is hashed
 * @ifindex: device it is bound to, 0 for any; set before it is hashed
 * @refcnt: the table, the wheel and each user hold one
 * @expires: jiffies; constant while on the wheel
 * @wheel: on the wheel's slot; that slot's lock
 * @mark: mark of answers
 * @kind: enum inetx_tcp_mini_kind; constant for the life of the memory
 * @tos: TOS byte of answers
 * @state: of a TIME_WAIT record, TCP_TIME_WAIT or TCP_FIN_WAIT2; written by
 *	whoever handles a segment, a race does no harm
 * @rcv_wscale: shift of our windows
 * @ts_ok: timestamps agreed
 * @reuse: of a TIME_WAIT record, the socket had SO_REUSEADDR
 * @reuseport: likewise SO_REUSEPORT
 */
struct inetx_tcp_mini {
	struct hlist_nulls_node node;
	struct inetx_tcp_tuple tuple;
	int ifindex;
	refcount_t refcnt;
	u32 expires;
	struct hlist_node wheel;
	u32 mark;
	u8 kind;
	u8 tos;
	u8 state;
	u8 rcv_wscale : 4,
	   ts_ok : 1,
	   reuse : 1,
	   reuseport : 1;
};

/**
 * struct inetx_tcp_request - a connection half open, made by a SYN
 * @mini: head
 * @num_timeout: SYN-ACK timeouts so far; the wheel
 * @num_retrans: SYN-ACKs sent after the first
 * @mss: the peer's MSS
 * @snd_wscale: shift of the peer's windows
 * @sack_ok: SACK agreed
 * @wscale_ok: scaling agreed
 * @acked: the handshake's last ACK came, but the listener had no room
 * @listener: who it is for; a reference is held
 * @opt: IP options of what we send, from those of the SYN; NULL for none
 * @saved_syn: headers of the SYN for TCP_SAVED_SYN, or NULL; whoever makes the
 *	socket takes them
 * @rcv_isn: the peer's initial sequence number
 * @snt_isn: ours
 * @ts_recent: the peer's timestamp; written by whoever handles a segment
 * @ts_off: offset of our timestamps
 * @rcv_wnd: first window
 * @window_clamp: most that the window may become
 * @sent_us: when the SYN-ACK was sent first, low bits of microseconds
 * @iif: device the SYN came in by
 */
struct inetx_tcp_request {
	struct inetx_tcp_mini mini;
	u8 num_timeout;
	u8 num_retrans;
	u16 mss;
	u8 snd_wscale : 4,
	   sack_ok : 1,
	   wscale_ok : 1;
	bool acked;
	struct sock *listener;
	struct ip_options_rcu *opt;
	struct saved_syn *saved_syn;
	u32 rcv_isn;
	u32 snt_isn;
	u32 ts_recent;
	u32 ts_off;
	u32 rcv_wnd;
	u32 window_clamp;
	u32 sent_us;
	int iif;
};

/**
 * struct inetx_tcp_tw - a connection in TIME_WAIT, or in FIN_WAIT2 with nobody
 * left to read
 * @mini: head
 * @rcv_nxt: next expected
 * @snd_nxt: next to send
 * @ts_recent: timestamp to echo
 * @ts_stamp: when it was stored, seconds
 * @ts_off: offset of our timestamps
 * @rcv_wnd: window field of our segments, as sent
 * @answered: low bits of jiffies of the last answer to an invalid segment
 * @bind: the port it keeps busy
 */
struct inetx_tcp_tw {
	struct inetx_tcp_mini mini;
	u32 rcv_nxt;
	u32 snd_nxt;
	u32 ts_recent;
	u32 ts_stamp;
	u32 ts_off;
	u16 rcv_wnd;
	u16 answered;
	struct inetx_tcp_bind *bind;
};

static_assert(sizeof(struct inetx_tcp_request) <= 128);
static_assert(sizeof(struct inetx_tcp_tw) <= 96);

/**
 * struct inetx_tcp_bucket - connections with one hash value
 * @conns: sockets by sk_nulls_node; @lock, RCU
 * @minis: requests and TIME_WAIT records; @lock, RCU
 * @lock: protects the bucket
 * @seq: counts moves between the chains, so that a reader who found nothing
 *	knows whether to look again; written under @lock
 */
struct inetx_tcp_bucket {
	struct hlist_nulls_head conns;
	struct hlist_nulls_head minis;
	spinlock_t lock; /* see above */
	u32 seq;
};

/**
 * struct inetx_tcp_lbucket - listeners on ports with one hash value
 * @socks: by sk_nulls_node; @lock, RCU
 * @lock: protects the bucket
 */
struct inetx_tcp_lbucket {
	struct hlist_nulls_head socks;
	spinlock_t lock; /* see above */
};

/**
 * struct inetx_tcp_bind - users of one port on one local address
 * @node: in its bucket
 * @owners: sockets by sk_bind_node
 * @addr: local address, network order, 0 for any
 * @port: host order
 * @num_tw: TIME_WAIT records that hold it
 * @num_tw_reuse: those of them with SO_REUSEADDR
 * @num_tw_reuseport: those of them with SO_REUSEPORT
 * @head: its bucket, whose lock protects all of this; constant
 */
struct inetx_tcp_bind {
	struct hlist_node node;
	struct hlist_head owners;
	__be32 addr;
	u16 port;
	u32 num_tw;
	u32 num_tw_reuse;
	u32 num_tw_reuseport;
	struct inetx_tcp_bhead *head;
};

/**
 * struct inetx_tcp_bhead - bucket of ports
 * @chain: struct inetx_tcp_bind.node; @lock
 * @lock: protects the bucket
 */
struct inetx_tcp_bhead {
	struct hlist_head chain;
	spinlock_t lock; /* see above */
};

/**
 * struct inetx_tcp_slot - records that expire in one tick
 * @head: struct inetx_tcp_mini.wheel; @lock
 * @lock: protects the slot
 */
struct inetx_tcp_slot {
	struct hlist_head head;
	spinlock_t lock; /* see above */
};

/* Length of a wheel's tick: how late a record may expire. */
#define INETX_WHEEL_TICK	(HZ / 8)

/**
 * struct inetx_tcp_wheel - the timer of all records of one kind
 * @xnet: whose
 * @slots: array of @mask + 1
 * @mask: number of slots minus 1
 * @clock: last tick handled; the timer alone
 * @count: records on it
 * @timer: ticks while @count is not 0
 */
struct inetx_tcp_wheel {
	struct inetx_net *xnet;
	struct inetx_tcp_slot *slots;
	u32 mask;
	u32 clock;
	atomic_t count;
	struct timer_list timer;
};

/**
 * struct inetx_tcp_tables - see the head of this file
 * @buckets: array of @mask + 1, sized by memory
 * @mask: number of connection buckets minus 1
 * @seed: secret of the hash
 * @lbuckets: array of @lmask + 1
 * @lmask: number of listener buckets minus 1
 * @bheads: array of @bmask + 1
 * @bmask: number of port buckets minus 1
 * @ports: ports with a struct inetx_tcp_bind; written under the bucket's lock
 * @tw: TIME_WAIT records
 * @requests: requests
 * @challenge_stamp: second that @challenge_count is for; races do no harm
 * @challenge_count: challenge ACKs left in it
 */
struct inetx_tcp_tables {
	struct inetx_tcp_bucket *buckets;
	u32 mask;
	u32 seed;
	struct inetx_tcp_lbucket *lbuckets;
	u32 lmask;
	struct inetx_tcp_bhead *bheads;
	u32 bmask;
	struct inetx_portmap ports;
	struct inetx_tcp_wheel tw;
	struct inetx_tcp_wheel requests;
	u32 challenge_stamp;
	u32 challenge_count;
};

/* Marks of listener chains differ from those of connection chains. */
#define INETX_LISTEN_NULLS	BIT(29)

/* table.c */
int inetx_tcp_tables_init(struct inetx_net *xnet);
void inetx_tcp_tables_exit(struct inetx_net *xnet);
u32 inetx_tcp_hash(const struct inetx_tcp_tables *t,
		   const struct inetx_tcp_tuple *tuple);
struct inetx_tcp_bucket *inetx_tcp_bucket(const struct inetx_tcp_tables *t,
					  u32 hash);
/* RCU read side.  A reference comes with what they return. */
struct sock *inetx_tcp_lookup(struct inetx_tcp_tables *t,
			      const struct inetx_tcp_tuple *tuple,
			      struct inetx_in_dev in,
			      struct inetx_tcp_mini **mini);
/* RCU read side.  No reference: a listener is freed by RCU. */
struct sock *inetx_tcp_lookup_listener(struct inetx_tcp_tables *t,
				       const struct inetx_tcp_tuple *tuple,
				       struct inetx_in_dev in);
void inetx_tcp_sk_tuple(const struct sock *sk, struct inetx_tcp_tuple *tuple);
int inetx_tcp_hash_new(struct sock *sk, struct inetx_tcp_mini *replaces);
int inetx_tcp_hash_connect(struct sock *sk, u16 port,
			   struct inetx_tcp_mini **old);
int inetx_tcp_hash_move(struct sock *sk, __be32 saddr);
void inetx_tcp_hash_listener(struct sock *sk);
void inetx_tcp_unhash(struct sock *sk);
bool inetx_tcp_hash_request(struct inetx_net *xnet,
			    struct inetx_tcp_mini *mini);
void inetx_tcp_hash_tw(struct sock *sk, struct inetx_tcp_mini *mini);

/* walk.c: all of a namespace, for proc and diag */
/**
 * struct inetx_tcp_place - a place in the tables
 * @bucket: listener buckets first, connection buckets behind them
 * @nth: entry of the bucket
 */
struct inetx_tcp_place {
	u32 bucket;
	u32 nth;
};

/**
 * struct inetx_tcp_entry - what is there, with a reference
 * @sk: a socket, or NULL
 * @mini: else a record
 */
struct inetx_tcp_entry {
	struct sock *sk;
	struct inetx_tcp_mini *mini;
};

bool inetx_tcp_walk(const struct inetx_tcp_tables *t,
		    struct inetx_tcp_place *place,
		    struct inetx_tcp_entry *entry);
void inetx_tcp_entry_put(struct inetx_tcp_entry *entry);

/* mini.c */
int inetx_tcp_mini_init(void);
void inetx_tcp_mini_exit(void);
struct inetx_tcp_mini *inetx_tcp_mini_alloc(u8 kind);
void inetx_tcp_mini_put(struct inetx_tcp_mini *mini);
bool inetx_tcp_mini_unhash(struct inetx_net *xnet, struct inetx_tcp_mini *mini);
int inetx_tcp_wheel_init(struct inetx_tcp_wheel *w, struct inetx_net *xnet,
			 u32 slots);
void inetx_tcp_wheel_exit(struct inetx_tcp_wheel *w);
void inetx_tcp_wheel_add(struct inetx_tcp_wheel *w,
			 struct inetx_tcp_mini *mini, u32 delay);
bool inetx_tcp_wheel_del(struct inetx_tcp_wheel *w,
			 struct inetx_tcp_mini *mini);
void inetx_tcp_wheel_drop_listener(struct inetx_tcp_wheel *w,
				   struct sock *listener);

/* bind.c */
int inetx_tcp_bind_init(void);
void inetx_tcp_bind_exit(void);
int inetx_tcp_get_port(struct sock *sk, unsigned short port);
int inetx_tcp_bind_connect(struct sock *sk);
int inetx_tcp_bind_child(struct sock *child, const struct sock *listener);
void inetx_tcp_bind_rehash(struct sock *sk);
void inetx_tcp_put_port(struct sock *sk);
void inetx_tcp_bind_tw(const struct sock *sk, struct inetx_tcp_tw *tw);
void inetx_tcp_unbind_tw(struct inetx_net *xnet, struct inetx_tcp_tw *tw);
int inetx_tcp_listen_conflict(struct sock *sk);

#endif /* _INETX_TCP_TABLE_H */
