/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a TCP socket and of a TCP packet, private to this room and to
 * the readers of proc and diag.
 *
 * The functions of the room, grouped by file and caller, are in internal.h.
 */
#ifndef _INETX_TCP_SOCK_H
#define _INETX_TCP_SOCK_H

#include <linux/ktime.h>
#include <linux/llist.h>
#include <linux/timer.h>

#include "tcp/cong.h"
#include "tcp/options.h"
#include "tcp/rtt.h"
#include "tcp/seq.h"
#include "tcp/tcp.h"

struct inetx_tcp_bind;

/* Bits of a segment, as in byte 13 of the header. */
#define INETX_TH_FIN	0x01
#define INETX_TH_SYN	0x02
#define INETX_TH_RST	0x04
#define INETX_TH_PSH	0x08
#define INETX_TH_ACK	0x10
#define INETX_TH_URG	0x20

/* What became of a segment in the retransmit queue. */
#define INETX_TX_SACKED		0x01	/* the peer has it */
#define INETX_TX_LOST		0x02	/* believed to be lost */
#define INETX_TX_RETRANS	0x04	/* its last transmission was a repeat */
#define INETX_TX_EVER		0x08	/* was sent more than once */

/**
 * struct inetx_tcp_cb - skb->cb while a packet is in a queue of this room
 * @parm: stays zero: what foreign code takes skb->cb of an IP packet for
 * @seq: first sequence number
 * @end_seq: one behind the last, SYN and FIN counted
 * @ack_seq: receive: the acknowledgment field
 * @gso_segs: send: segments this packet counts for
 * @gso_size: send: bytes of a full segment
 * @flags: INETX_TH_*
 * @sacked: send: INETX_TX_*
 * @eor: send: nothing may be appended
 * @tos: receive: TOS byte of the IP header
 * @ifindex: receive: device it came in by
 *
 * Protected by the socket lock of the queue's owner; before queueing by the one
 * context that has the packet.
 */
struct inetx_tcp_cb {
	struct inet_skb_parm parm;
	u32 seq;
	u32 end_seq;
	union {
		u32 ack_seq;
		struct {
			u16 gso_segs;
			u16 gso_size;
		};
	};
	u8 flags;
	u8 sacked;
	bool eor;
	u8 tos;
	int ifindex;
};

#define INETX_TCB(skb)	((struct inetx_tcp_cb *)(skb)->cb)

/* Nagle and cork, tcp(7). */
#define INETX_NAGLE_OFF		0x1	/* TCP_NODELAY */
#define INETX_NAGLE_CORK	0x2	/* TCP_CORK */
#define INETX_NAGLE_PUSH	0x4	/* send what is there now, once */

/* What the retransmission timer stands for; struct inetx_tcp_sock.rto_mode. */
enum inetx_rto_mode {
	INETX_TIMER_NONE,
	INETX_TIMER_RTO,	/* RFC 6298 */
	INETX_TIMER_PROBE,	/* zero-window probe, RFC 9293 3.8.6.1 */
	INETX_TIMER_REO,	/* reordering window, RFC 8985 6.3 */
};

/* Bits of struct inetx_tcp_sock.defer, changed atomically. */
enum inetx_tcp_defer {
	INETX_DEFER_THROTTLED,	/* waits for packets to leave the device */
	INETX_DEFER_QUEUED,	/* on a CPU's list of sockets to resume */
	INETX_DEFER_WRITE,	/* owner: resume sending on release */
	INETX_DEFER_RTO,	/* owner: run the retransmission timer */
	INETX_DEFER_DELACK,	/* owner: run the delayed-ACK timer */
	INETX_DEFER_MTU,	/* owner: the path MTU shrank to mtu_info */
};

/* Urgent data: struct inetx_tcp_sock.urg_data above the byte itself. */
#define INETX_URG_VALID		0x0100
#define INETX_URG_NOTYET	0x0200
#define INETX_URG_READ		0x0400

/* How a connection may acknowledge. */
#define INETX_DELACK_MIN	((unsigned int)(HZ / 25))
#define INETX_DELACK_MAX	((unsigned int)(HZ / 5))
#define INETX_QUICK_MAX		16

#define INETX_TCP_MAX_WINDOW	65535U
#define INETX_TCP_MIN_RCVMSS	536
#define INETX_TCP_TW_LEN	(60 * HZ)
#define INETX_TCP_MAX_LINGER2	(120 * HZ)
#define INETX_TCP_RESOURCE_PROBE ((unsigned int)(HZ / 2))
#define INETX_TCP_PAWS_MSL	60
#define INETX_TCP_PAWS_24DAYS	(60 * 60 * 24 * 24)

/* Link, IP and TCP headers with options. */
#define INETX_TCP_HEADROOM	L1_CACHE_ALIGN(128 + MAX_HEADER)

/**
 * struct inetx_tcp_rack - RFC 8985, section 6; socket lock
 * @stamp_us: send time of the latest-sent segment that was delivered
 * @end_seq: its end
 * @rtt_us: its round trip
 * @reordered: reordering has been seen
 * @fack: highest sequence number delivered
 * @round: tp->delivered when the window was last widened
 * @steps: width of the reordering window in quarters of a round trip
 * @persist: recoveries until it becomes narrow again
 */
struct inetx_tcp_rack {
	u64 stamp_us;
	u32 end_seq;
	u32 rtt_us;
	u32 fack;
	u32 round;
	u8 steps;
	u8 persist;
	bool reordered;
};

/**
 * struct inetx_tcp_sock - a TCP socket
 *
 * Unless a line says otherwise, fields are protected by the socket lock: its
 * owner, or softirq under bh_lock_sock() while nobody owns it.  Fields that
 * poll, proc and diag look at without it are written with WRITE_ONCE.
 *
 * All sequence numbers and windows in host order; windows in bytes.
 */
struct inetx_tcp_sock {
	/** @isk: must be first */
	struct inetx_sock isk;

	/* Options: what is left of the cache line that @isk ends in. */

	/** @user_timeout: TCP_USER_TIMEOUT, ms */
	u32 user_timeout;
	/** @keep_idle: TCP_KEEPIDLE, jiffies, 0 for the namespace's */
	u32 keep_idle;
	/** @keep_intvl: TCP_KEEPINTVL, likewise */
	u32 keep_intvl;
	/** @notsent_lowat: TCP_NOTSENT_LOWAT, 0 for the namespace's */
	u32 notsent_lowat;
	/** @linger2: TCP_LINGER2, jiffies, -1 no FIN_WAIT2, 0 namespace's */
	int linger2;
	/** @keep_cnt: TCP_KEEPCNT, 0 for the namespace's */
	u8 keep_cnt;
	/** @syn_retries: TCP_SYNCNT, likewise */
	u8 syn_retries;
	/** @defer_accept: TCP_DEFER_ACCEPT, SYN-ACK retransmissions */
	u8 defer_accept;
	/** @reordering: so many duplicates mean a loss */
	u32 reordering;
	/* Every segment, both ways. */

	/** @rcv_nxt: next sequence number expected */
	u32 rcv_nxt ____cacheline_aligned;
	/** @copied_seq: next byte the program will read */
	u32 copied_seq;
	/** @rcv_wup: @rcv_nxt when the last window was sent */
	u32 rcv_wup;
	/** @rcv_wnd: window as of @rcv_wup */
	u32 rcv_wnd;
	/** @snd_una: oldest unacknowledged */
	u32 snd_una;
	/** @snd_nxt: next to send */
	u32 snd_nxt;
	/** @snd_wnd: the peer's window */
	u32 snd_wnd;
	/** @snd_wl1: segment that updated @snd_wnd last */
	u32 snd_wl1;
	/** @write_seq: end of what the program has written */
	u32 write_seq;
	/** @pushed_seq: end of the last segment with PSH */
	u32 pushed_seq;
	/** @snd_sml: end of the last small segment sent (Minshall) */
	u32 snd_sml;
	/** @max_wnd: largest @snd_wnd seen */
	u32 max_wnd;
	/** @mss: payload bytes of a full segment now, options deducted */
	u16 mss;
	/** @hdr_len: TCP header with the options of every segment */
	u8 hdr_len;
	/** @nagle: INETX_NAGLE_* */
	u8 nagle;
	/** @snd_wscale: shift of the peer's windows */
	u8 snd_wscale : 4,
	/** @rcv_wscale: shift of ours */
	   rcv_wscale : 4;
	/** @ts_ok: timestamps agreed */
	u8 ts_ok : 1,
	/** @sack_ok: SACK agreed */
	   sack_ok : 1,
	/** @wscale_ok: window scaling agreed */
	   wscale_ok : 1,
	/** @fin_sent: our FIN is in the send queue or beyond */
	   fin_sent : 1,
	/** @cwnd_limited: the window held data back since @cwnd_seq */
	   cwnd_limited : 1,
	/** @dup_sack: a duplicate block waits in @dsack to be reported */
	   dup_sack : 1,
	/** @pingpong: data goes both ways: delay acknowledgments */
	   pingpong : 1,
	/** @ack_sched: an acknowledgment is owed */
	   ack_sched : 1;
	/** @rto_mode: enum inetx_rto_mode */
	u8 rto_mode;
	/** @ca_state: enum tcp_ca_state */
	u8 ca_state;
	/** @packets_out: segments between @snd_una and @snd_nxt */
	u32 packets_out;
	/** @retrans_out: repeats in flight */
	u32 retrans_out;
	/** @sacked_out: segments SACKed, or duplicate ACKs without SACK */
	u32 sacked_out;
	/** @lost_out: segments believed lost */
	u32 lost_out;
	/** @clock_us: monotonic clock of the event being handled */
	u64 clock_us;
	/** @tsorted: segments in flight in the order of their sending */
	struct list_head tsorted;
	/** @retransmit_from: where the next lost segment is looked for */
	struct sk_buff *retransmit_from;
	/** @cong: congestion window */
	struct inetx_tcp_cong cong;
	/** @rtt: round trip */
	struct inetx_tcp_rtt rtt;
	/** @rack: loss detection */
	struct inetx_tcp_rack rack;
	/** @rto: retransmission timeout with back-off, jiffies */
	u32 rto;
	/** @backoff: times @rto was doubled */
	u8 backoff;
	/** @retransmits: timeouts without progress */
	u8 retransmits;
	/** @probes: unanswered zero-window probes or keepalives */
	u8 probes;
	/** @num_sacks: entries of @sacks */
	u8 num_sacks;
	/** @delivered: segments known to have arrived */
	u32 delivered;
	/** @challenge: last challenge ACK or answer to an invalid segment */
	u32 challenge;
	/** @ofo: packets out of order, by sequence number */
	struct rb_root ofo;
	/** @ofo_last: the last of @ofo */
	struct sk_buff *ofo_last;
	union {
		struct {
			/** @sacks: ranges in @ofo, latest first */
			struct inetx_seq_range sacks[INETX_TCP_MAX_SACKS];
			/** @dsack: duplicate range to report, RFC 2883 */
			struct inetx_seq_range dsack;
		};
		/* A listener's instead, from listen() to the return of
		 * inetx_tcp_listen_stop().
		 */
		struct {
			/** @aq_head: first connection to accept; @aq_lock */
			struct sock *aq_head;
			/** @aq_tail: last of them; @aq_lock */
			struct sock *aq_tail;
		};
	};
	/** @seen_sacks: the peer's blocks, as of its last SACK option */
	struct inetx_seq_range seen_sacks[INETX_TCP_MAX_SACKS];
	/** @num_seen: entries of @seen_sacks */
	u8 num_seen;

	/* Receiver. */

	/** @quick: acknowledgments that may still go out at once */
	u8 quick;
	/** @advmss: MSS that we announced */
	u16 advmss;
	/** @rcv_mss: size of the peer's full segments, estimated */
	u16 rcv_mss;
	/** @mss_clamp: most the peer takes, from its SYN */
	u16 mss_clamp;
	/** @window_clamp: most that the window may become */
	u32 window_clamp;
	/** @rcv_ssthresh: most that it may become now */
	u32 rcv_ssthresh;
	/** @ts_recent: timestamp to echo */
	u32 ts_recent;
	/** @ts_stamp: when it was stored, seconds */
	u32 ts_stamp;
	/** @ts_off: added to our clock in timestamps */
	u32 ts_off;
	/** @rcv_rtt_seq: when @rcv_nxt passes this, a round trip has gone */
	u32 rcv_rtt_seq;
	/** @rcv_rtt_stamp: when @rcv_rtt_seq was set, low bits of microseconds */
	u32 rcv_rtt_stamp;
	/** @rcv_rtt_us: round trip as a receiver sees it */
	u32 rcv_rtt_us;
	/** @rcvq_seq: @copied_seq at the last buffer adjustment */
	u32 rcvq_seq;
	/** @rcvq_space: bytes read in the round trip before that */
	u32 rcvq_space;
	/** @rcvq_stamp: when that was, low bits of microseconds */
	u32 rcvq_stamp;
	/** @urg_seq: sequence number of the urgent byte */
	u32 urg_seq;
	/** @urg_data: INETX_URG_* and the byte */
	u16 urg_data;

	/* Sender. */

	/** @mtu_info: MTU of an ICMP error that waits for the owner */
	u16 mtu_info;
	/** @user_mss: TCP_MAXSEG, 0 for none */
	u16 user_mss;
	/** @urg_mode: @snd_up is to be announced */
	u8 urg_mode : 1,
	/** @undo: the reduction may be taken back */
	   undo : 1,
	/** @recv_inq: TCP_INQ */
	   recv_inq : 1,
	/** @from_listener: made by a listener, not accepted yet */
	   from_listener : 1,
	/** @auto_port: connect() chose the port, so others may share it */
	   auto_port : 1,
	/** @route_quickack: RTAX_QUICKACK: acknowledge everything at once */
	   route_quickack : 1,
	/** @cong_locked: RTAX_CC_ALGO, locked: not TCP_CONGESTION's to change */
	   cong_locked : 1,
	/** @thin_lto: TCP_THIN_LINEAR_TIMEOUTS */
	   thin_lto : 1;
	/** @save_syn: TCP_SAVE_SYN: 1 from the IP header on, 2 from the link's */
	u8 save_syn : 2;
	/** @snd_up: urgent pointer, while @urg_mode */
	u32 snd_up;
	/** @high_seq: @snd_nxt when the current recovery began */
	u32 high_seq;
	/** @cwnd_seq: @snd_nxt when @cwnd_limited was last judged */
	u32 cwnd_seq;
	/** @max_out: most @packets_out since then */
	u32 max_out;
	/** @prior_cwnd: window before the reduction */
	u32 prior_cwnd;
	/** @prior_ssthresh: threshold before it, for undo */
	u32 prior_ssthresh;
	/** @prr_delivered: segments delivered in this recovery, RFC 6937 */
	u32 prr_delivered;
	/** @prr_out: segments sent in it */
	u32 prr_out;
	/** @retrans_stamp: timestamp of the first repeat of it, 0 for none */
	u32 retrans_stamp;
	/** @rto_since: when the oldest unacknowledged was first sent, jiffies */
	u32 rto_since;
	/** @last_send: last data segment sent, jiffies */
	u32 last_send;
	/** @last_recv: last data segment received, jiffies */
	u32 last_recv;
	/** @last_ack: last acknowledgment received, jiffies */
	u32 last_ack;
	/** @total_retrans: segments ever repeated */
	u32 total_retrans;
	/** @segs_in: segments received */
	u32 segs_in;
	/** @segs_out: segments sent */
	u32 segs_out;
	/** @bytes_acked: bytes the peer has acknowledged */
	u64 bytes_acked;
	/** @bytes_received: bytes in order from the peer */
	u64 bytes_received;

	/* Timers; keepalive and the end of FIN_WAIT2 use sk->sk_timer. */

	/** @rto_timer: see @rto_mode */
	struct timer_list rto_timer;
	/** @delack_timer: delayed acknowledgment */
	struct timer_list delack_timer;

	/** @defer: enum inetx_tcp_defer; atomic bit operations */
	unsigned long defer;
	/** @defer_node: on a CPU's list while INETX_DEFER_QUEUED */
	struct llist_node defer_node;
	/** @bind: port we hold; also the lock of its bucket */
	struct inetx_tcp_bind *bind;
	/** @saved_syn: headers of the SYN, until they are read; or NULL */
	struct saved_syn *saved_syn;

	/* Between a listener and its connections. */

	/** @aq_lock: accept queue of a listener; without the socket lock */
	spinlock_t aq_lock; /* see above */
	/** @requests: connections half open, of a listener */
	atomic_t requests;
	/**
	 * @aq_next: of a connection, the next in its listener's queue; that
	 * listener's @aq_lock
	 */
	struct sock *aq_next;
};

/* The budget of an established connection; lock debugging makes it larger. */
#if !defined(CONFIG_DEBUG_SPINLOCK) && !defined(CONFIG_DEBUG_LOCK_ALLOC) && \
	!defined(CONFIG_DEBUG_OBJECTS)
static_assert(sizeof(struct inetx_tcp_sock) <= 1600);
#endif
static_assert(sizeof(struct inetx_tcp_cb) <=
	      sizeof_field(struct sk_buff, cb));

static inline struct inetx_tcp_sock *inetx_tcp_sk(const struct sock *sk)
{
	return (struct inetx_tcp_sock *)sk;
}

static inline struct inetx_tcp_net *inetx_tcp_sk_net(const struct sock *sk)
{
	return &inetx_sk_net(sk)->tcp;
}

/* Read the clock for the event that is being handled. */
static inline void inetx_tcp_clock(struct inetx_tcp_sock *tp)
{
	tp->clock_us = div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

static inline u32 inetx_tcp_now_ms(const struct inetx_tcp_sock *tp)
{
	return div_u64(tp->clock_us, 1000);
}

/* Segments believed to be in the network (RFC 6675, "pipe"). */
static inline u32 inetx_tcp_in_flight(const struct inetx_tcp_sock *tp)
{
	return tp->packets_out + tp->retrans_out - tp->sacked_out -
	       tp->lost_out;
}

/* What is left of the window that was last announced. */
static inline u32 inetx_tcp_rcv_window(const struct inetx_tcp_sock *tp)
{
	s32 win = tp->rcv_wup + tp->rcv_wnd - tp->rcv_nxt;

	return max_t(s32, win, 0);
}

/* End of the peer's window. */
static inline u32 inetx_tcp_wnd_end(const struct inetx_tcp_sock *tp)
{
	return tp->snd_una + tp->snd_wnd;
}

/* Payload that fits a buffer of this size, by tcp_adv_win_scale. */
static inline int inetx_tcp_win_from_space(const struct sock *sk, int space)
{
	int scale = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_adv_win_scale);

	return scale <= 0 ? space >> -scale : space - (space >> scale);
}

static inline u32 inetx_tcp_notsent_lowat(const struct inetx_tcp_sock *tp)
{
	return tp->notsent_lowat ?:
	       READ_ONCE(inetx_tcp_sk_net((struct sock *)tp)->sysctl_tcp_notsent_lowat);
}

static inline bool inetx_tcp_rtx_empty(const struct sock *sk)
{
	return RB_EMPTY_ROOT(&sk->tcp_rtx_queue);
}

static inline struct sk_buff *inetx_tcp_rtx_head(const struct sock *sk)
{
	return skb_rb_first(&sk->tcp_rtx_queue);
}

static inline struct sk_buff *inetx_tcp_send_head(const struct sock *sk)
{
	return skb_peek(&sk->sk_write_queue);
}

#endif /* _INETX_TCP_SOCK_H */
