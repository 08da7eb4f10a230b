// SPDX-License-Identifier: GPL-2.0
/* The directory /proc/net/inetx and the order in which its files appear. */

#include <linux/proc_fs.h>

#include "proc/proc.h"

static int (* const files[])(struct inetx_net *xnet) = {
	inetx_proc_tcp,
	inetx_proc_udp,
	inetx_proc_raw,
	inetx_proc_icmp,
	inetx_proc_snmp,
	inetx_proc_route,
	inetx_proc_fib,
	inetx_proc_arp,
	inetx_proc_igmp,
	inetx_proc_mroute,
};

/**
 * inetx_proc_net_init - create /proc/net/inetx of a namespace
 * @xnet: the namespace
 *
 * Names below /proc/net itself are AF_INET's, hence a directory of our own.
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM with nothing left behind.
 */
int inetx_proc_net_init(struct inetx_net *xnet)
{
	int i, err;

	xnet->proc.dir = proc_net_mkdir(xnet->net, "inetx",
					xnet->net->proc_net);
	if (!xnet->proc.dir)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		err = files[i](xnet);
		if (err) {
			inetx_proc_net_exit(xnet);
			return err;
		}
	}
	return 0;
}

/**
 * inetx_proc_net_exit - remove /proc/net/inetx of a namespace
 * @xnet: the namespace
 *
 * Waits for readers inside the files, so what they show may go afterwards.
 *
 * Context: process, may sleep.
 */
void inetx_proc_net_exit(struct inetx_net *xnet)
{
	proc_remove(xnet->proc.dir);
}
