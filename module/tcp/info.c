// SPDX-License-Identifier: GPL-2.0
/* TCP_INFO: what getsockopt(2) and sock_diag(7) tell of a connection. */

#include "tcp/internal.h"

static void info_times(const struct inetx_tcp_sock *tp, struct tcp_info *info)
{
	u32 now = (u32)jiffies;

	info->tcpi_rto = jiffies_to_usecs(tp->rto);
	if (tp->bytes_received)
		info->tcpi_ato = jiffies_to_usecs(INETX_DELACK_MIN);
	info->tcpi_last_data_sent = jiffies_to_msecs(now - tp->last_send);
	info->tcpi_last_data_recv = jiffies_to_msecs(now - tp->last_recv);
	info->tcpi_last_ack_recv = jiffies_to_msecs(now - tp->last_ack);
	info->tcpi_rtt = tp->rtt.srtt8 >> 3;
	/* Without a sample yet, a quarter of the first RTO. */
	info->tcpi_rttvar = tp->rtt.srtt8 ? tp->rtt.var4 >> 2 :
					    INETX_RTO_INIT_US / 4;
	info->tcpi_min_rtt = tp->rtt.min_us;
	info->tcpi_rcv_rtt = tp->rcv_rtt_us;
}

static void info_counts(const struct inetx_tcp_sock *tp, struct tcp_info *info)
{
	info->tcpi_unacked = tp->packets_out;
	info->tcpi_sacked = tp->sacked_out;
	info->tcpi_lost = tp->lost_out;
	info->tcpi_retrans = tp->retrans_out;
	info->tcpi_total_retrans = tp->total_retrans;
	info->tcpi_bytes_acked = tp->bytes_acked;
	info->tcpi_bytes_received = tp->bytes_received;
	info->tcpi_segs_out = tp->segs_out;
	info->tcpi_segs_in = tp->segs_in;
	info->tcpi_notsent_bytes = max_t(int, 0, tp->write_seq - tp->snd_nxt);
	info->tcpi_delivered = tp->delivered;
}

/**
 * inetx_tcp_get_info - fill a struct tcp_info
 * @sk: the socket
 * @info: filled in
 *
 * Context: process or softirq; the socket lock is taken unless the caller has
 * it by sock_diag's walk, where a snapshot is enough.
 */
void inetx_tcp_get_info(struct sock *sk, struct tcp_info *info)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	unsigned long rate;

	memset(info, 0, sizeof(*info));
	info->tcpi_state = READ_ONCE(sk->sk_state);
	rate = READ_ONCE(sk->sk_pacing_rate);
	info->tcpi_pacing_rate = rate == ~0UL ? ~0ULL : rate;
	rate = READ_ONCE(sk->sk_max_pacing_rate);
	info->tcpi_max_pacing_rate = rate == ~0UL ? ~0ULL : rate;
	info->tcpi_reordering = tp->reordering;
	info->tcpi_snd_cwnd = tp->cong.cwnd;
	if (info->tcpi_state == TCP_LISTEN) {
		/* As AF_INET has it: the queue and its limit. */
		info->tcpi_unacked = READ_ONCE(sk->sk_ack_backlog);
		info->tcpi_sacked = READ_ONCE(sk->sk_max_ack_backlog);
		return;
	}

	info->tcpi_ca_state = tp->ca_state;
	info->tcpi_retransmits = tp->retransmits;
	info->tcpi_probes = tp->probes;
	info->tcpi_backoff = tp->backoff;
	if (tp->ts_ok)
		info->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if (tp->sack_ok)
		info->tcpi_options |= TCPI_OPT_SACK;
	if (tp->wscale_ok) {
		info->tcpi_options |= TCPI_OPT_WSCALE;
		info->tcpi_snd_wscale = tp->snd_wscale;
		info->tcpi_rcv_wscale = tp->rcv_wscale;
	}
	info->tcpi_snd_mss = tp->mss ?: TCP_MSS_DEFAULT;
	/* An estimate, of which there is none before the first segment. */
	if (info->tcpi_state != TCP_CLOSE)
		info->tcpi_rcv_mss = tp->rcv_mss;
	/* What is left of it for data in every segment. */
	info->tcpi_advmss = tp->advmss - (tp->hdr_len - sizeof(struct tcphdr));
	info->tcpi_pmtu = inetx_sk(sk)->path.mtu;
	info->tcpi_rcv_ssthresh = tp->rcv_ssthresh;
	info->tcpi_snd_ssthresh = tp->cong.ssthresh;
	info->tcpi_rcv_space = tp->rcvq_space;
	info->tcpi_snd_wnd = tp->snd_wnd;
	/* tcpi_delivery_rate is not measured: no sample counts. */
	info->tcpi_delivery_rate_app_limited = 1;
	info_times(tp, info);
	info_counts(tp, info);
}
