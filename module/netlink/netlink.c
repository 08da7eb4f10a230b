// SPDX-License-Identifier: GPL-2.0
/*
 * Registration of the family's rtnetlink messages.
 *
 * rtnetlink pins the module while a request runs and for as long as a dump is
 * open.  A dump of all families (AF_UNSPEC) does not pin it between two of its
 * batches, but then holds nothing of ours but numbers, and asks anew each time,
 * under RTNL, which handlers there are; rtnl_unregister_all() takes RTNL too.
 */

#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "netlink/netlink.h"
#include "uapi/linux/inetx.h"

static const struct {
	int type;
	rtnl_doit_func doit;
	rtnl_dumpit_func dumpit;
} handlers[] = {
	{ RTM_NEWADDR, inetx_nl_newaddr },
	{ RTM_DELADDR, inetx_nl_deladdr },
	{ RTM_GETADDR, NULL, inetx_nl_dumpaddr },
	{ RTM_NEWROUTE, inetx_nl_newroute },
	{ RTM_DELROUTE, inetx_nl_delroute },
	{ RTM_GETROUTE, inetx_nl_getroute, inetx_nl_dumproute },
	{ RTM_NEWNEIGH, inetx_nl_newneigh },
	{ RTM_DELNEIGH, inetx_nl_delneigh },
	{ RTM_GETNEIGH, inetx_nl_getneigh },
	{ RTM_NEWNEXTHOP, inetx_nl_newnexthop },
	{ RTM_DELNEXTHOP, inetx_nl_delnexthop },
	{ RTM_GETNEXTHOP, inetx_nl_getnexthop, inetx_nl_dumpnexthop },
	{ RTM_GETNEXTHOPBUCKET, inetx_nl_getbucket, inetx_nl_dumpbucket },
	{ RTM_GETNETCONF, inetx_nl_getnetconf, inetx_nl_dumpnetconf },
};

/**
 * inetx_netlink_init - answer rtnetlink messages of the family
 *
 * Context: module load.
 * Return: 0 or a negative errno with nothing registered.
 */
int inetx_netlink_init(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(handlers); i++) {
		err = rtnl_register_module(THIS_MODULE, inetx_family,
					   handlers[i].type, handlers[i].doit,
					   handlers[i].dumpit, 0);
		if (err)
			goto err_family;
	}
	err = rtnl_register_module(THIS_MODULE, INETX_RTNL_FAMILY_IPMR,
				   RTM_GETROUTE, inetx_nl_getmroute,
				   inetx_nl_dumpmroute, 0);
	if (err)
		goto err_family;
	return 0;

err_family:
	rtnl_unregister_all(inetx_family);
	return err;
}

/**
 * inetx_netlink_exit - no more requests; those in progress have ended
 *
 * Context: module unload.
 */
void inetx_netlink_exit(void)
{
	rtnl_unregister_all(INETX_RTNL_FAMILY_IPMR);
	rtnl_unregister_all(inetx_family);
}
