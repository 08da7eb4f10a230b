// SPDX-License-Identifier: GPL-2.0
/* Registration of /proc/sys/net/inetx for a namespace. */

#include <linux/slab.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

#include "sysctl/sysctl.h"

/* Register a copy of a template, its data moved by @base. */
static struct ctl_table_header *publish_at(struct net *net, const char *path,
					   const struct ctl_table *template,
					   size_t size, void *base)
{
	struct ctl_table_header *header;
	struct ctl_table *table, *entry;

	table = kmemdup(template, size, GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	for (entry = table; entry->procname; entry++)
		entry->data = base + (unsigned long)entry->data;

	header = register_net_sysctl(net, path, table);
	if (!header)
		kfree(table);
	return header;
}

/**
 * inetx_sysctl_publish - register a copy of a template for a namespace
 * @xnet: the namespace
 * @path: directory below /proc/sys
 * @template: entries, whose data is an offset into struct inetx_net
 * @size: bytes of @template, its empty last entry included
 *
 * Each namespace needs its own table: the core refuses to let a namespace write
 * into memory of the module (sysctl_net.c), and the addresses differ.
 *
 * Context: process, may sleep.
 * Return: the registration, or NULL.
 */
struct ctl_table_header *
inetx_sysctl_publish(struct inetx_net *xnet, const char *path,
		     const struct ctl_table *template, size_t size)
{
	return publish_at(xnet->net, path, template, size, xnet);
}

/**
 * inetx_sysctl_withdraw - remove a registration and free its table
 * @header: from inetx_sysctl_publish() and friends, or NULL
 *
 * Waits for readers and writers inside the files.
 *
 * Context: process, may sleep.
 */
void inetx_sysctl_withdraw(struct ctl_table_header *header)
{
	struct ctl_table *table;

	if (!header)
		return;
	table = header->ctl_table_arg;
	unregister_net_sysctl_table(header);
	kfree(table);
}

/* What is in the first namespace only. */
static int publish_first(struct inetx_net *xnet)
{
	struct inetx_sysctl_net *sysctl = &xnet->sysctl;

	if (!net_eq(xnet->net, &init_net))
		return 0;
	inetx_sysctl_first_init();
	sysctl->frag_init = inetx_sysctl_publish(xnet, "net/inetx",
						 inetx_sysctl_frag_init,
						 inetx_sysctl_frag_init_size);
	sysctl->route_init = publish_at(xnet->net, "net/inetx/route",
					inetx_sysctl_route_init,
					inetx_sysctl_route_init_size, NULL);
	sysctl->first = publish_at(xnet->net, "net/inetx", inetx_sysctl_first,
				   inetx_sysctl_first_size, NULL);
	return sysctl->frag_init && sysctl->route_init && sysctl->first ?
	       0 : -ENOMEM;
}

/**
 * inetx_sysctl_net_init - create /proc/sys/net/inetx of a namespace
 * @xnet: the namespace
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM with nothing left behind.
 */
int inetx_sysctl_net_init(struct inetx_net *xnet)
{
	struct inetx_sysctl_net *sysctl = &xnet->sysctl;

	sysctl->ip = inetx_sysctl_publish(xnet, "net/inetx", inetx_sysctl_ip,
					  inetx_sysctl_ip_size);
	sysctl->frag = inetx_sysctl_publish(xnet, "net/inetx",
					    inetx_sysctl_frag,
					    inetx_sysctl_frag_size);
	sysctl->route = inetx_sysctl_publish(xnet, "net/inetx/route",
					     inetx_sysctl_route,
					     inetx_sysctl_route_size);
	sysctl->tcp = inetx_sysctl_publish(xnet, "net/inetx", inetx_sysctl_tcp,
					   inetx_sysctl_tcp_size);
	if (!sysctl->ip || !sysctl->frag || !sysctl->route || !sysctl->tcp ||
	    publish_first(xnet) || inetx_sysctl_conf_init(xnet)) {
		inetx_sysctl_net_exit(xnet);
		return -ENOMEM;
	}
	return 0;
}

/**
 * inetx_sysctl_net_exit - remove /proc/sys/net/inetx of a namespace
 * @xnet: the namespace, also one whose init failed half-way
 */
void inetx_sysctl_net_exit(struct inetx_net *xnet)
{
	inetx_sysctl_conf_exit(xnet);
	inetx_sysctl_withdraw(xnet->sysctl.tcp);
	inetx_sysctl_withdraw(xnet->sysctl.route);
	inetx_sysctl_withdraw(xnet->sysctl.first);
	inetx_sysctl_withdraw(xnet->sysctl.route_init);
	inetx_sysctl_withdraw(xnet->sysctl.frag_init);
	inetx_sysctl_withdraw(xnet->sysctl.frag);
	inetx_sysctl_withdraw(xnet->sysctl.ip);
}
