/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the raw room share. */
#ifndef _INETX_RAW_LOCAL_H
#define _INETX_RAW_LOCAL_H

#include "raw/raw.h"

/* input.c: softirq, RCU read side; takes the copy, at its transport or IP header */
void inetx_raw_queue(struct inetx_net *xnet, struct sock *sk,
		     struct sk_buff *skb);

#endif /* _INETX_RAW_LOCAL_H */
