// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/conf/{all,default,DEV} and, per device, neigh/DEV. */

#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/sysctl.h>

#include "arp/arp.h"
#include "netlink/netlink.h"
#include "route/route.h"
#include "sysctl/sysctl.h"

/**
 * struct dev_sysctl - the registrations of one device, inetx_dev.sysctl
 * @conf: conf/DEV
 * @neigh: neigh/DEV
 *
 * Under RTNL.
 */
struct dev_sysctl {
	struct ctl_table_header *conf;
	struct ctl_table_header *neigh;
};

static struct inetx_devconf *conf_of(const struct ctl_table *ctl)
{
	return ctl->extra1;
}

static int attr_of(const struct ctl_table *ctl)
{
	return (int *)ctl->data - conf_of(ctl)->data;
}

/* A new default reaches the devices whose value nobody has set by hand. */
static void copy_default(struct inetx_net *xnet, int attr)
{
	struct inetx_dev *xdev;
	unsigned long index;

	ASSERT_RTNL();
	xa_for_each(&xnet->link.devs, index, xdev) {
		if (!test_bit(attr, xdev->conf.set))
			WRITE_ONCE(xdev->conf.data[attr],
				   xnet->link.conf_default.data[attr]);
	}
}

static void conf_written(struct inetx_net *xnet, struct inetx_devconf *conf,
			 int attr)
{
	set_bit(attr, conf->set);
	if (conf == &xnet->link.conf_default)
		copy_default(xnet, attr);
	/* Some of them have a say in lookups. */
	inetx_route_bump(xnet);
}

static int conf_int(struct ctl_table *ctl, int write, void *buffer,
		    size_t *lenp, loff_t *ppos)
{
	struct inetx_net *xnet = ctl->extra2;
	const int *value = ctl->data;
	int err, old;

	if (!write)
		return proc_dointvec(ctl, write, buffer, lenp, ppos);

	/* Unregistering, with RTNL held, waits for us: do not wait for RTNL. */
	if (!rtnl_trylock())
		return restart_syscall();
	old = *value;
	err = proc_dointvec(ctl, write, buffer, lenp, ppos);
	if (!err) {
		conf_written(xnet, conf_of(ctl), attr_of(ctl));
		if (*value != old)
			inetx_nl_netconf_changed(xnet, conf_of(ctl),
						 attr_of(ctl) + 1);
	}
	rtnl_unlock();
	return err;
}

/* conf/all/forwarding is the switch of all, and a router does not accept
 * redirects; RTNL held.
 */
static void forward_all(struct inetx_net *xnet, int on)
{
	const int attr = IPV4_DEVCONF_FORWARDING - 1;
	struct inetx_dev *xdev;
	unsigned long index;

	WRITE_ONCE(xnet->link.conf_all.data[IPV4_DEVCONF_ACCEPT_REDIRECTS - 1],
		   !on);
	WRITE_ONCE(xnet->link.conf_default.data[attr], on);
	inetx_nl_netconf_changed(xnet, &xnet->link.conf_default,
				 IPV4_DEVCONF_FORWARDING);
	xa_for_each(&xnet->link.devs, index, xdev) {
		if (on)
			dev_disable_lro(xdev->dev);
		WRITE_ONCE(xdev->conf.data[attr], on);
		inetx_nl_netconf_changed(xnet, &xdev->conf,
					 IPV4_DEVCONF_FORWARDING);
	}
}

/*
 * A write to a forwarding file that is one of @conf.  conf/default is for the
 * devices to come, unlike other defaults.
 */
static int forwarding_write(struct inetx_net *xnet, struct inetx_devconf *conf,
			    struct ctl_table *ctl, void *buffer, size_t *lenp,
			    loff_t *ppos)
{
	int *value = &conf->data[IPV4_DEVCONF_FORWARDING - 1];
	int new = *value, err;
	struct ctl_table tmp = {
		.data = &new,
		.maxlen = sizeof(new),
		.mode = ctl->mode,
	};

	if (!ns_capable(xnet->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	/* Unregistering, with RTNL held, waits for us: do not wait for RTNL. */
	if (!rtnl_trylock())
		return restart_syscall();
	err = proc_dointvec(&tmp, 1, buffer, lenp, ppos);
	if (!err && new != *value) {
		WRITE_ONCE(*value, new);
		inetx_nl_netconf_changed(xnet, conf, IPV4_DEVCONF_FORWARDING);
		if (conf == &xnet->link.conf_all)
			forward_all(xnet, new);
		else if (conf != &xnet->link.conf_default && new)
			dev_disable_lro(container_of(conf, struct inetx_dev,
						     conf)->dev);
		inetx_route_bump(xnet);
	}
	rtnl_unlock();
	return err;
}

static int conf_forwarding(struct ctl_table *ctl, int write, void *buffer,
			   size_t *lenp, loff_t *ppos)
{
	if (!write)
		return proc_dointvec(ctl, write, buffer, lenp, ppos);
	return forwarding_write(ctl->extra2, conf_of(ctl), ctl, buffer, lenp,
				ppos);
}

/**
 * inetx_sysctl_ip_forward - the file ip_forward: conf/all/forwarding
 * @ctl: its entry; data is conf/all's value in the struct inetx_net
 * @write: it is written to
 * @buffer: as for any proc_handler
 * @lenp: likewise
 * @ppos: likewise
 *
 * Context: process, may take RTNL.
 * Return: 0, -EINVAL, or -EPERM without CAP_NET_ADMIN in the namespace.
 */
int inetx_sysctl_ip_forward(struct ctl_table *ctl, int write, void *buffer,
			    size_t *lenp, loff_t *ppos)
{
	struct inetx_devconf *conf;
	struct inetx_net *xnet;

	if (!write)
		return proc_dointvec(ctl, write, buffer, lenp, ppos);
	conf = container_of(ctl->data, struct inetx_devconf,
			    data[IPV4_DEVCONF_FORWARDING - 1]);
	xnet = container_of(conf, struct inetx_net, link.conf_all);
	return forwarding_write(xnet, conf, ctl, buffer, lenp, ppos);
}

/* conf/DEV/claim: "own" or "all". */
static const char * const claim_words[] = { "own", "all" };

static int apply_claim(struct inetx_net *xnet)
{
	struct inetx_dev *xdev;
	unsigned long index;
	int err;

	xa_for_each(&xnet->link.devs, index, xdev) {
		err = inetx_dev_update_attach(xdev);
		if (err)
			return err;
	}
	return 0;
}

static int conf_claim(struct ctl_table *ctl, int write, void *buffer,
		      size_t *lenp, loff_t *ppos)
{
	struct inetx_net *xnet = ctl->extra2;
	int *value = ctl->data, claim, err;
	char word[8];
	struct ctl_table tmp = {
		.data = word,
		.maxlen = sizeof(word),
		.mode = ctl->mode,
	};

	strscpy(word, claim_words[READ_ONCE(*value)], sizeof(word));
	err = proc_dostring(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;

	claim = match_string(claim_words, ARRAY_SIZE(claim_words), word);
	if (claim < 0)
		return -EINVAL;
	if (!rtnl_trylock())
		return restart_syscall();
	WRITE_ONCE(*value, claim);
	conf_written(xnet, conf_of(ctl), attr_of(ctl));
	err = apply_claim(xnet);
	rtnl_unlock();
	return err;
}

#define CONF_ENTRY(name, attr, handler)					\
	{								\
		.procname = name,					\
		.data = (void *)offsetof(struct inetx_devconf,		\
					 data[(attr) - 1]),		\
		.maxlen = sizeof(int),					\
		.mode = 0644,						\
		.proc_handler = handler,				\
	}

static const struct ctl_table conf_template[] = {
	CONF_ENTRY("forwarding", IPV4_DEVCONF_FORWARDING, conf_forwarding),
	{
		/* A daemon's to change: mroute/table.c, mroute/vif.c. */
		.procname = "mc_forwarding",
		.data = (void *)offsetof(struct inetx_devconf,
				data[IPV4_DEVCONF_MC_FORWARDING - 1]),
		.maxlen = sizeof(int),
		.mode = 0444,
		.proc_handler = conf_int,
	},
	CONF_ENTRY("bc_forwarding", IPV4_DEVCONF_BC_FORWARDING, conf_int),
	CONF_ENTRY("rp_filter", IPV4_DEVCONF_RP_FILTER, conf_int),
	CONF_ENTRY("src_valid_mark", IPV4_DEVCONF_SRC_VMARK, conf_int),
	CONF_ENTRY("log_martians", IPV4_DEVCONF_LOG_MARTIANS, conf_int),
	CONF_ENTRY("accept_redirects", IPV4_DEVCONF_ACCEPT_REDIRECTS, conf_int),
	CONF_ENTRY("secure_redirects", IPV4_DEVCONF_SECURE_REDIRECTS, conf_int),
	CONF_ENTRY("send_redirects", IPV4_DEVCONF_SEND_REDIRECTS, conf_int),
	CONF_ENTRY("shared_media", IPV4_DEVCONF_SHARED_MEDIA, conf_int),
	CONF_ENTRY("accept_source_route", IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE,
		   conf_int),
	CONF_ENTRY("accept_local", IPV4_DEVCONF_ACCEPT_LOCAL, conf_int),
	CONF_ENTRY("route_localnet", IPV4_DEVCONF_ROUTE_LOCALNET, conf_int),
	CONF_ENTRY("promote_secondaries", IPV4_DEVCONF_PROMOTE_SECONDARIES,
		   conf_int),
	CONF_ENTRY("proxy_arp", IPV4_DEVCONF_PROXY_ARP, conf_int),
	CONF_ENTRY("proxy_arp_pvlan", IPV4_DEVCONF_PROXY_ARP_PVLAN, conf_int),
	CONF_ENTRY("medium_id", IPV4_DEVCONF_MEDIUM_ID, conf_int),
	CONF_ENTRY("arp_filter", IPV4_DEVCONF_ARPFILTER, conf_int),
	CONF_ENTRY("arp_announce", IPV4_DEVCONF_ARP_ANNOUNCE, conf_int),
	CONF_ENTRY("arp_ignore", IPV4_DEVCONF_ARP_IGNORE, conf_int),
	CONF_ENTRY("arp_accept", IPV4_DEVCONF_ARP_ACCEPT, conf_int),
	CONF_ENTRY("arp_notify", IPV4_DEVCONF_ARP_NOTIFY, conf_int),
	CONF_ENTRY("drop_gratuitous_arp", IPV4_DEVCONF_DROP_GRATUITOUS_ARP,
		   conf_int),
	CONF_ENTRY("arp_evict_nocarrier", IPV4_DEVCONF_ARP_EVICT_NOCARRIER,
		   conf_int),
	CONF_ENTRY("ignore_routes_with_linkdown",
		   IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN, conf_int),
	CONF_ENTRY("drop_unicast_in_l2_multicast",
		   IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST, conf_int),
	CONF_ENTRY("force_igmp_version", IPV4_DEVCONF_FORCE_IGMP_VERSION,
		   conf_int),
	CONF_ENTRY("igmpv2_unsolicited_report_interval",
		   IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL, conf_int),
	CONF_ENTRY("igmpv3_unsolicited_report_interval",
		   IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL, conf_int),
	/* Numbers to keep: they mean nothing to AF_INET either. */
	CONF_ENTRY("tag", IPV4_DEVCONF_TAG, conf_int),
	CONF_ENTRY("bootp_relay", IPV4_DEVCONF_BOOTP_RELAY, conf_int),
	CONF_ENTRY("claim", INETX_DEVCONF_CLAIM, conf_claim),
	{ }
};

static struct ctl_table_header *conf_register(struct inetx_net *xnet,
					      const char *name,
					      struct inetx_devconf *conf)
{
	char path[sizeof("net/inetx/conf/") + IFNAMSIZ];
	struct ctl_table_header *header;
	struct ctl_table *table, *entry;

	table = kmemdup(conf_template, sizeof(conf_template),
			GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	for (entry = table; entry->procname; entry++) {
		entry->data = (void *)conf + (unsigned long)entry->data;
		entry->extra1 = conf;
		entry->extra2 = xnet;
	}
	snprintf(path, sizeof(path), "net/inetx/conf/%s", name);
	header = register_net_sysctl(xnet->net, path, table);
	if (!header)
		kfree(table);
	return header;
}

/**
 * inetx_sysctl_dev_register - create conf/DEV and neigh/DEV
 * @xdev: the device, its name as it is now
 *
 * Context: process, RTNL held.
 * Return: 0, or -ENOMEM with nothing left behind; -EINVAL for a device name
 * that is "all", "default" or no file name.
 */
int inetx_sysctl_dev_register(struct inetx_dev *xdev)
{
	const char *name = xdev->dev->name;
	struct dev_sysctl *sysctl;

	if (!strcmp(name, "all") || !strcmp(name, "default"))
		return -EINVAL;

	sysctl = kzalloc(sizeof(*sysctl), GFP_KERNEL);
	if (!sysctl)
		return -ENOMEM;
	xdev->sysctl = sysctl;
	sysctl->conf = conf_register(xdev->xnet, name, &xdev->conf);
	sysctl->neigh = inetx_sysctl_neigh(xdev->xnet, name, xdev->arp_parms);
	if (!sysctl->conf || !sysctl->neigh) {
		inetx_sysctl_dev_unregister(xdev);
		return -ENOMEM;
	}
	inetx_nl_netconf_dev(xdev, true);
	return 0;
}

/**
 * inetx_sysctl_dev_unregister - remove conf/DEV and neigh/DEV
 * @xdev: the device; nothing happens when it has none
 *
 * Waits for readers and writers inside the files.
 *
 * Context: process, RTNL held.
 */
void inetx_sysctl_dev_unregister(struct inetx_dev *xdev)
{
	struct dev_sysctl *sysctl = xdev->sysctl;

	if (!sysctl)
		return;
	xdev->sysctl = NULL;
	inetx_sysctl_withdraw(sysctl->neigh);
	inetx_sysctl_withdraw(sysctl->conf);
	/* Not where registering has failed half way. */
	if (sysctl->neigh && sysctl->conf)
		inetx_nl_netconf_dev(xdev, false);
	kfree(sysctl);
}

/**
 * inetx_sysctl_conf_init - create conf/all, conf/default and neigh/default
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0, or -ENOMEM; inetx_sysctl_conf_exit() cleans up either way.
 */
int inetx_sysctl_conf_init(struct inetx_net *xnet)
{
	struct inetx_sysctl_net *sysctl = &xnet->sysctl;

	sysctl->conf_all = conf_register(xnet, "all", &xnet->link.conf_all);
	sysctl->conf_default = conf_register(xnet, "default",
					     &xnet->link.conf_default);
	if (!sysctl->conf_all || !sysctl->conf_default)
		return -ENOMEM;

	if (!net_eq(xnet->net, &init_net))
		return 0;
	sysctl->neigh_default = inetx_sysctl_neigh(xnet, "default",
						   &inetx_arp_table.parms);
	return sysctl->neigh_default ? 0 : -ENOMEM;
}

/**
 * inetx_sysctl_conf_exit - remove what inetx_sysctl_conf_init() created
 * @xnet: the namespace
 */
void inetx_sysctl_conf_exit(struct inetx_net *xnet)
{
	inetx_sysctl_withdraw(xnet->sysctl.neigh_default);
	inetx_sysctl_withdraw(xnet->sysctl.conf_default);
	inetx_sysctl_withdraw(xnet->sysctl.conf_all);
}
