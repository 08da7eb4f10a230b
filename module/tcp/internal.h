/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of the TCP room that its files call of each other.
 *
 * "sk: locked" means: the caller is the owner of the socket lock, or softirq
 * with bh_lock_sock() while nobody owns it.
 */
#ifndef _INETX_TCP_INTERNAL_H
#define _INETX_TCP_INTERNAL_H

#include "tcp/table.h"
#include "tcp/tcp_sock.h"

struct splice_pipe_desc;

/* mem.c: accounting of buffers; sk: locked */
extern struct percpu_counter inetx_tcp_sockets;
int inetx_tcp_mem_init(void);
void inetx_tcp_mem_exit(void);
bool inetx_tcp_memory_free(const struct sock *sk, int wake);
struct sk_buff *inetx_tcp_alloc_skb(struct sock *sk, gfp_t gfp);
void inetx_tcp_wmem_free(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_purge_write(struct sock *sk);
bool inetx_tcp_out_of_memory(struct sock *sk, bool orphan);
int inetx_tcp_orphans(void);
void inetx_tcp_orphan_inc(void);
void inetx_tcp_orphan_dec(void);
void inetx_tcp_write_space(struct sock *sk);
void inetx_tcp_new_space(struct sock *sk);
void inetx_tcp_grow_sndbuf(struct sock *sk);
void inetx_tcp_release_cb(struct sock *sk);

/* state.c; sk: locked */
void inetx_tcp_set_state(struct sock *sk, int state);
void inetx_tcp_done(struct sock *sk);
void inetx_tcp_reset_received(struct sock *sk);
void inetx_tcp_write_err(struct sock *sk);
void inetx_tcp_init_xmit(struct sock *sk);
void inetx_tcp_init_established(struct sock *sk);

/* What sockets may be bound to, to get a segment; RCU read side. */
static inline struct inetx_in_dev inetx_tcp_in_dev(const struct inetx_net *xnet,
						   const struct sk_buff *skb)
{
	return inetx_in_dev(xnet, skb->dev,
			    &xnet->tcp.sysctl_tcp_l3mdev_accept);
}

/* input.c; softirq, or process context for the backlog; sk: locked */
int inetx_tcp_do_rcv(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_fill_cb(struct sk_buff *skb, const struct tcphdr *th);
void inetx_tcp_tuple_of(const struct sk_buff *skb,
			struct inetx_tcp_tuple *tuple);
void inetx_tcp_parse(const struct sk_buff *skb, struct inetx_tcp_opts *opts);
void inetx_tcp_store_ts(struct inetx_tcp_sock *tp,
			const struct inetx_tcp_opts *opts, u32 seq);
void inetx_tcp_after_ack(struct sock *sk);

/* validate.c; sk: locked */
bool inetx_tcp_paws_reject(u32 ts_recent, u32 ts_stamp,
			   const struct inetx_tcp_opts *opts);
bool inetx_tcp_in_window(u32 seq, u32 end_seq, u32 start, u32 end);
bool inetx_tcp_validate(struct sock *sk, struct sk_buff *skb,
			const struct inetx_tcp_opts *opts);

/* states.c: segments outside ESTABLISHED; sk: locked */
bool inetx_tcp_rcv_state(struct sock *sk, struct sk_buff *skb);

/* ack.c; sk: locked */
#define INETX_ACK_OLD		0	/* nothing new, or too old */
#define INETX_ACK_OK		1
#define INETX_ACK_BAD		(-1)	/* acknowledges what was never sent */
int inetx_tcp_ack(struct sock *sk, struct sk_buff *skb,
		  const struct inetx_tcp_opts *opts);
void inetx_tcp_rearm_rto(struct sock *sk);
void inetx_tcp_set_rto(struct inetx_tcp_sock *tp);
void inetx_tcp_rtt_from_opts(struct sock *sk, const struct inetx_tcp_opts *o);

/* recovery.c; sk: locked */
/**
 * struct inetx_tcp_acked - what one acknowledgment said
 * @acked: segments newly acknowledged in order
 * @sacked: segments newly SACKed
 * @delivered: both
 * @sent_us: send time of the latest-sent segment that was delivered
 * @first_us: send time of the oldest acknowledged that was never repeated, 0
 * @sack_us: likewise of the SACKed
 * @una_moved: SND.UNA advanced
 * @dup: it may count as a duplicate acknowledgment
 * @repeated: it acknowledged a segment that had been repeated
 * @dsack: it reported a duplicate
 */
struct inetx_tcp_acked {
	u32 acked;
	u32 sacked;
	u32 delivered;
	u64 first_us;
	u64 sack_us;
	bool una_moved;
	bool dup;
	bool repeated;
	bool dsack;
};

void inetx_tcp_sacked(struct sock *sk, const struct inetx_tcp_opts *opts,
		      u32 prior_una, struct inetx_tcp_acked *a);
void inetx_tcp_rack_advance(struct inetx_tcp_sock *tp,
			    const struct sk_buff *skb);
void inetx_tcp_recover(struct sock *sk, const struct inetx_tcp_opts *opts,
		       const struct inetx_tcp_acked *a);
void inetx_tcp_enter_loss(struct sock *sk);
void inetx_tcp_enter_cwr(struct sock *sk);
void inetx_tcp_reo_timeout(struct sock *sk);
void inetx_tcp_mark_lost(struct inetx_tcp_sock *tp, struct sk_buff *skb);
void inetx_tcp_clear_scoreboard(struct inetx_tcp_sock *tp);

/* data.c; sk: locked */
void inetx_tcp_data(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_queue_syn_data(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_data_ready(struct sock *sk);
void inetx_tcp_ack_policy(struct sock *sk);
void inetx_tcp_enter_quickack(struct sock *sk);
void inetx_tcp_urg(struct sock *sk, struct sk_buff *skb,
		   const struct tcphdr *th);
void inetx_tcp_fin(struct sock *sk);
void inetx_tcp_purge_ofo(struct sock *sk);
void inetx_tcp_space_adjust(struct sock *sk);

/* window.c; sk: locked */
u16 inetx_tcp_select_window(struct sock *sk, bool syn);
u32 inetx_tcp_new_window(struct sock *sk);
/**
 * struct inetx_tcp_first - windows to begin a connection with
 * @space: payload that the buffer takes, bytes
 * @mss: payload of a segment of the peer, or ours as a guess, bytes
 * @segs: most segments that are offered at first, RTAX_INITRWND; 0 for any
 * @clamp: TCP_WINDOW_CLAMP, else RTAX_WINDOW, 0 for none; afterwards what the
 *	window may become, bytes
 * @wscale_ok: scaling may be used
 * @wscale: set to the shift, enough for the largest buffer there may be
 * @rcv_wnd: set to the first window, bytes
 */
struct inetx_tcp_first {
	u32 space;
	u32 mss;
	u32 segs;
	u32 clamp;
	bool wscale_ok;
	u8 wscale;
	u32 rcv_wnd;
};

void inetx_tcp_first_window(const struct sock *sk, struct inetx_tcp_first *f);
void inetx_tcp_init_buffers(struct sock *sk);
void inetx_tcp_cleanup_rbuf(struct sock *sk, int copied);
void inetx_tcp_grow_window(struct sock *sk, const struct sk_buff *skb);
void inetx_tcp_measure_rcv_mss(struct inetx_tcp_sock *tp,
			       const struct sk_buff *skb);
void inetx_tcp_rcv_rtt(struct inetx_tcp_sock *tp);

/* xmit.c; sk: locked */
int inetx_tcp_transmit(struct sock *sk, struct sk_buff *skb, bool clone,
		       gfp_t gfp);
void inetx_tcp_send_ack(struct sock *sk);
void inetx_tcp_send_dupack(struct sock *sk, const struct sk_buff *skb);
void inetx_tcp_send_active_reset(struct sock *sk, gfp_t gfp);
int inetx_tcp_send_probe(struct sock *sk, bool urgent);
int inetx_tcp_wakeup_probe(struct sock *sk);
/* RCU read side */
const struct inetx_path *inetx_tcp_path(struct sock *sk);

/* metrics.c; sk: locked, RCU read side */
void inetx_tcp_metrics_follow(struct sock *sk, const struct inetx_path *path);
void inetx_tcp_metrics_begin(struct sock *sk, const struct inetx_path *path);
void inetx_tcp_metrics_established(struct sock *sk,
				   const struct inetx_path *path);

/* mss.c; sk: locked */
void inetx_tcp_path_set(struct sock *sk, const struct inetx_path *path);
u16 inetx_tcp_advmss(const struct sock *sk, const struct inetx_path *path);
void inetx_tcp_mtu_reduced(struct sock *sk, u32 mtu);
u32 inetx_tcp_size_goal(const struct sock *sk);

/* output.c; sk: locked */
void inetx_tcp_push(struct sock *sk);
void inetx_tcp_push_one(struct sock *sk);
bool inetx_tcp_write_xmit(struct sock *sk, u8 nagle, bool one, gfp_t gfp);
void inetx_tcp_send_fin(struct sock *sk);
void inetx_tcp_check_probe(struct sock *sk);
int inetx_tcp_fragment(struct sock *sk, struct sk_buff *skb, u32 len, bool rtx,
		       gfp_t gfp);
int inetx_tcp_rtx_prepare(struct sock *sk, struct sk_buff *skb);
int inetx_tcp_set_segs(struct inetx_tcp_sock *tp, struct sk_buff *skb);
void inetx_tcp_rtx_insert(struct sock *sk, struct sk_buff *skb);
struct sk_buff *inetx_tcp_rtx_find(struct sock *sk, u32 seq);
void inetx_tcp_rtx_unlink(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_event_new_data(struct sock *sk, struct sk_buff *skb);

/* retransmit.c; sk: locked */
int inetx_tcp_retransmit(struct sock *sk, struct sk_buff *skb, u32 segs);
void inetx_tcp_retransmit_lost(struct sock *sk);

/* timer.c; sk: locked */
void inetx_tcp_timers_init(struct sock *sk);
void inetx_tcp_timers_stop(struct sock *sk);
void inetx_tcp_arm(struct sock *sk, u8 mode, u32 delay);
void inetx_tcp_disarm(struct sock *sk);
void inetx_tcp_arm_delack(struct sock *sk, u32 delay);
void inetx_tcp_keepalive_set(struct sock *sk, int on);
void inetx_tcp_arm_keepalive(struct sock *sk, u32 delay);
void inetx_tcp_rto_handler(struct sock *sk);
void inetx_tcp_delack_handler(struct sock *sk);
u32 inetx_tcp_keep_idle(const struct inetx_tcp_sock *tp);
u32 inetx_tcp_keep_intvl(const struct inetx_tcp_sock *tp);
u32 inetx_tcp_keep_cnt(const struct inetx_tcp_sock *tp);
u32 inetx_tcp_fin_time(const struct sock *sk);

/* tsq.c: resume senders when the device has let packets go; any context */
int inetx_tcp_tsq_init(void);
void inetx_tcp_tsq_exit(void);
void inetx_tcp_tsq_wfree(struct sock *sk);

/* connect.c; process, sk: locked */
int inetx_tcp_connect(struct sock *sk, struct sockaddr *uaddr, int len);
int inetx_tcp_disconnect(struct sock *sk, int flags);
bool inetx_tcp_rcv_syn_sent(struct sock *sk, struct sk_buff *skb);
void inetx_tcp_finish_connect(struct sock *sk, struct sk_buff *skb);
/* likewise, or softirq */
void inetx_tcp_follow_address(struct sock *sk);

/* listen.c: process */
void inetx_tcp_listen_stop(struct sock *sk);
struct sock *inetx_tcp_prot_accept(struct sock *sk, int flags, int *err,
				   bool kern);
/* softirq */
bool inetx_tcp_accept_add(struct sock *listener, struct sock *child);

/* request.c: softirq, RCU; the skb stays the caller's */
void inetx_tcp_syn_rcv(struct inetx_net *xnet, struct sock *listener,
		       struct sk_buff *skb, u32 isn);
struct sock *inetx_tcp_request_rcv(struct inetx_net *xnet,
				   struct inetx_tcp_request *req,
				   struct sk_buff *skb, bool *reset);
void inetx_tcp_request_expired(struct inetx_net *xnet,
			       struct inetx_tcp_request *req);
void inetx_tcp_request_drop(struct inetx_net *xnet,
			    struct inetx_tcp_request *req);

/* synack.c: softirq, RCU */
int inetx_tcp_synack_route(struct inetx_net *xnet,
			   const struct inetx_tcp_request *req,
			   struct inetx_path *path);
int inetx_tcp_send_synack(struct inetx_net *xnet,
			  struct inetx_tcp_request *req,
			  const struct inetx_path *path);

/* child.c: softirq, RCU */
struct sock *inetx_tcp_child(struct inetx_net *xnet,
			     struct inetx_tcp_request *req,
			     struct sk_buff *skb);

/* timewait.c */
void inetx_tcp_time_wait(struct sock *sk, u8 state, u32 delay);
enum inetx_tw_verdict {
	INETX_TW_DROP,
	INETX_TW_SYN,		/* a new connection may take its place */
};

enum inetx_tw_verdict inetx_tcp_tw_rcv(struct inetx_net *xnet,
				       struct inetx_tcp_mini *mini,
				       struct sk_buff *skb, u32 *isn);
bool inetx_tcp_tw_reusable(struct sock *sk, struct inetx_tcp_mini *mini);
void inetx_tcp_tw_replaced(struct inetx_net *xnet, struct inetx_tcp_mini *mini);
void inetx_tcp_tw_kill(struct inetx_net *xnet, struct inetx_tcp_mini *mini);

/* reset.c */
/**
 * struct inetx_tcp_reply - a segment that no socket sends
 * @seq: sequence number
 * @ack: acknowledgment, with INETX_TH_ACK
 * @flags: INETX_TH_*
 * @win: window field
 * @has_ts: with timestamps
 * @tsval: timestamp value
 * @tsecr: timestamp echo
 * @mark: mark of the packet
 * @oif: device to leave by, 0 for any
 * @tos: TOS byte
 */
struct inetx_tcp_reply {
	u32 seq;
	u32 ack;
	u8 flags;
	u16 win;
	bool has_ts;
	u32 tsval;
	u32 tsecr;
	u32 mark;
	int oif;
	u8 tos;
};

void inetx_tcp_send_reply(struct inetx_net *xnet, const struct sk_buff *skb,
			  const struct inetx_tcp_reply *r);
void inetx_tcp_send_reset(struct inetx_net *xnet, const struct sock *sk,
			  const struct sk_buff *skb);
bool inetx_tcp_challenge_ok(struct inetx_net *xnet);
void inetx_tcp_challenge_ack(struct sock *sk);
bool inetx_tcp_oow_limited(struct inetx_net *xnet, const struct sk_buff *skb,
			   int mib, u32 *last);

/* close.c; process */
void inetx_tcp_close(struct sock *sk, long timeout);
void inetx_tcp_prot_shutdown(struct sock *sk, int how);
void inetx_tcp_destroy_sock(struct sock *sk);
void inetx_tcp_disconnect_child(struct sock *sk);
int inetx_tcp_abort(struct sock *sk, int err);

/* sendmsg.c, recvmsg.c, splice.c, option.c, info.c; process */
int inetx_tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
int inetx_tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len);
int inetx_tcp_prot_sendpage(struct sock *sk, struct page *page, int offset,
			    size_t size, int flags);
struct sk_buff *inetx_tcp_recv_skb(struct sock *sk, u32 seq, u32 *off);
int inetx_tcp_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
			 unsigned int len);
int inetx_tcp_getsockopt(struct sock *sk, int level, int name,
			 char __user *val, int __user *len);
void inetx_tcp_get_info(struct sock *sk, struct tcp_info *info);
int inetx_tcp_inq(struct sock *sk);

#endif /* _INETX_TCP_INTERNAL_H */
