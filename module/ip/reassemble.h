/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reassembly (RFC 791 3.2, RFC 815, RFC 1122 3.3.2, RFC 5722).
 *
 * A queue per datagram collects fragments until all are there or its time is up.
 * Queues of a namespace share one allowance of memory; beyond it fragments are
 * dropped, queues are not: whoever came first keeps his place until its time is
 * up, so that a flood cannot push out what is nearly complete.
 *
 * Nothing is reference counted.  A queue is looked up and used inside one RCU read
 * section, under its lock and while not dead, and freed a grace period after it
 * died; its timer's function is such a section as well.
 */
#ifndef _INETX_IP_REASSEMBLE_H
#define _INETX_IP_REASSEMBLE_H

#include "ip/ip.h"

/* Softirq, RCU read side; takes the skb, at its IP header, header in the linear
 * part.  @user: IP_DEFRAG_*, datagrams of different users do not mix.  Returns the
 * datagram in the same form when @skb made it complete, else NULL.
 */
struct sk_buff *inetx_ip_reassemble(struct inetx_net *xnet, struct sk_buff *skb,
				    u32 user);

int inetx_reasm_net_init(struct inetx_net *xnet);
/* Before a grace period that ends before inetx_reasm_net_exit(). */
void inetx_reasm_net_pre_exit(struct inetx_net *xnet);
void inetx_reasm_net_exit(struct inetx_net *xnet);

/* For /proc/net/inetx/sockstat: queues, and bytes they hold. */
unsigned int inetx_reasm_queues(const struct inetx_net *xnet);
unsigned long inetx_reasm_memory(const struct inetx_net *xnet);

#endif /* _INETX_IP_REASSEMBLE_H */
