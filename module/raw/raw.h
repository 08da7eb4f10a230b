/* SPDX-License-Identifier: GPL-2.0 */
/* Raw sockets (raw(7)). */
#ifndef _INETX_RAW_H
#define _INETX_RAW_H

#include "socket/socket.h"

extern struct proto inetx_raw_prot;

int inetx_raw_init(void);
void inetx_raw_exit(void);
int inetx_raw_net_init(struct inetx_net *xnet);
void inetx_raw_net_exit(struct inetx_net *xnet);

/* softirq, RCU; a copy to every matching socket, does not take the skb, whose
 * data is at the transport header.  True if some socket wanted it.
 */
bool inetx_raw_deliver(struct inetx_net *xnet, struct sk_buff *skb,
		       u8 protocol);
void inetx_raw_err(struct inetx_net *xnet, struct sk_buff *skb, u8 protocol,
		   u8 type, u8 code, u32 info);

#endif /* _INETX_RAW_H */
