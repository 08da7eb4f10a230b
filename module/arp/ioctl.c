// SPDX-License-Identifier: GPL-2.0
/* SIOCSARP, SIOCGARP and SIOCDARP (arp(7)). */

#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/uaccess.h>

#include "arp/arp.h"
#include "route/route.h"
#include "socket/socket.h"

static __be32 request_addr(const struct arpreq *req)
{
	return ((const struct sockaddr_in *)&req->arp_pa)->sin_addr.s_addr;
}

static __be32 request_mask(const struct arpreq *req)
{
	return ((const struct sockaddr_in *)&req->arp_netmask)->sin_addr.s_addr;
}

/* Where the request names none: the device by which the address is reached. */
static struct net_device *route_dev(struct net *net, __be32 addr)
{
	const struct inetx_flow flow = {
		.daddr = addr,
		.uid = GLOBAL_ROOT_UID,
		.scope = RT_SCOPE_LINK,
	};
	struct inetx_path path;
	int err;

	rcu_read_lock();
	err = inetx_route_output(inetx_net(net), &flow, &path);
	rcu_read_unlock();
	/* RTNL keeps the device. */
	return err ? ERR_PTR(err) : path.dev;
}

/* The netmask 0: answer for every address that is routed. */
static int set_proxy_arp(struct net *net, struct net_device *dev, int on)
{
	struct inetx_devconf *conf = &inetx_net(net)->link.conf_all;
	struct inetx_dev *xdev;

	if (dev) {
		xdev = inetx_dev_get(dev);
		if (!xdev)
			return -ENXIO;
		conf = &xdev->conf;
	}
	WRITE_ONCE(conf->data[IPV4_DEVCONF_PROXY_ARP - 1], on);
	/* A new default leaves alone what was set by hand. */
	set_bit(IPV4_DEVCONF_PROXY_ARP - 1, conf->set);
	return 0;
}

static int set_published(struct net *net, struct net_device *dev,
			 const struct arpreq *req)
{
	__be32 mask = request_mask(req);

	if (mask && mask != htonl(INADDR_BROADCAST))
		return -EINVAL;
	if (!dev && req->arp_flags & ATF_COM) {
		/* RTNL keeps it. */
		rcu_read_lock();
		dev = dev_getbyhwaddr_rcu(net, req->arp_ha.sa_family,
					  req->arp_ha.sa_data);
		rcu_read_unlock();
		if (!dev)
			return -ENODEV;
	}
	if (!mask)
		return set_proxy_arp(net, dev, 1);
	return inetx_arp_proxy_add(inetx_net(net), dev, request_addr(req), 0, 0,
				   false);
}

/* RFC 1390, RFC 2625: these links share their kind of address. */
static bool ha_type_ok(const struct net_device *dev, unsigned short type)
{
	if (dev->type == ARPHRD_FDDI &&
	    (type == ARPHRD_ETHER || type == ARPHRD_IEEE802))
		return true;
	return type == dev->type;
}

static int arp_set(struct net *net, struct net_device *dev, struct arpreq *req)
{
	__be32 addr = request_addr(req);
	struct neighbour *neigh;
	u8 state = NUD_STALE;
	int err;

	if (req->arp_flags & ATF_PUBL)
		return set_published(net, dev, req);
	if (req->arp_flags & ATF_PERM) {
		req->arp_flags |= ATF_COM;
		state = NUD_PERMANENT;
	}
	if (!dev) {
		dev = route_dev(net, addr);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
	}
	if (!ha_type_ok(dev, req->arp_ha.sa_family))
		return -EINVAL;

	neigh = neigh_lookup(&inetx_arp_table, &addr, dev);
	if (!neigh)
		neigh = neigh_create(&inetx_arp_table, &addr, dev);
	if (IS_ERR(neigh))
		return PTR_ERR(neigh);
	err = neigh_update(neigh, req->arp_flags & ATF_COM ?
			   req->arp_ha.sa_data : NULL, state,
			   NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_ADMIN, 0);
	neigh_release(neigh);
	return err;
}

static int arp_get(struct net_device *dev, struct arpreq *req)
{
	__be32 addr = request_addr(req);
	struct neighbour *neigh;
	int err = -ENXIO;

	neigh = neigh_lookup(&inetx_arp_table, &addr, dev);
	if (!neigh)
		return -ENXIO;
	if (!(READ_ONCE(neigh->nud_state) & NUD_NOARP)) {
		read_lock_bh(&neigh->lock);
		memcpy(req->arp_ha.sa_data, neigh->ha,
		       min_t(size_t, dev->addr_len,
			     sizeof(req->arp_ha.sa_data_min)));
		req->arp_flags = inetx_arp_flags(neigh);
		read_unlock_bh(&neigh->lock);
		req->arp_ha.sa_family = dev->type;
		strscpy(req->arp_dev, dev->name, sizeof(req->arp_dev));
		err = 0;
	}
	neigh_release(neigh);
	return err;
}

static int delete_published(struct net *net, struct net_device *dev,
			    const struct arpreq *req)
{
	__be32 mask = request_mask(req);

	if (mask == htonl(INADDR_BROADCAST))
		return inetx_arp_proxy_del(inetx_net(net), dev,
					   request_addr(req));
	return mask ? -EINVAL : set_proxy_arp(net, dev, 0);
}

static int arp_delete(struct net *net, struct net_device *dev,
		      const struct arpreq *req)
{
	__be32 addr = request_addr(req);
	struct neighbour *neigh;
	int err = -ENXIO;

	if (req->arp_flags & ATF_PUBL)
		return delete_published(net, dev, req);
	if (!dev) {
		dev = route_dev(net, addr);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
	}
	neigh = neigh_lookup(&inetx_arp_table, &addr, dev);
	if (!neigh)
		return -ENXIO;
	if (READ_ONCE(neigh->nud_state) & ~NUD_NOARP)
		err = inetx_arp_delete(neigh, 0);
	neigh_release(neigh);
	return err;
}

static int locked(struct net *net, unsigned int cmd, struct arpreq *req)
{
	struct net_device *dev = NULL;

	if (req->arp_dev[0]) {
		dev = __dev_get_by_name(net, req->arp_dev);
		if (!dev)
			return -ENODEV;
		if (!req->arp_ha.sa_family)
			req->arp_ha.sa_family = dev->type;
		if (req->arp_flags & ATF_COM &&
		    req->arp_ha.sa_family != dev->type)
			return -EINVAL;
	} else if (cmd == SIOCGARP) {
		return -ENODEV;
	}

	switch (cmd) {
	case SIOCSARP:
		return arp_set(net, dev, req);
	case SIOCDARP:
		return arp_delete(net, dev, req);
	default:
		return arp_get(dev, req);
	}
}

/**
 * inetx_arp_ioctl - requests of arp(7)
 * @net: the namespace
 * @cmd: SIOCSARP, SIOCGARP or SIOCDARP
 * @arg: struct arpreq
 *
 * Context: process.
 * Return: 0; -EPERM without CAP_NET_ADMIN, but for SIOCGARP; -EPFNOSUPPORT for
 * an address of another family; -EINVAL for flags that contradict each other;
 * -ENODEV for a device that is not there; -ENXIO or -ENOENT for an entry that
 * is not there; -EFAULT.
 */
int inetx_arp_ioctl(struct net *net, unsigned int cmd, void __user *arg)
{
	struct arpreq req;
	int err;

	if (cmd != SIOCGARP && !ns_capable(net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (!inetx_af_ok(req.arp_pa.sa_family))
		return -EPFNOSUPPORT;
	if (!(req.arp_flags & ATF_PUBL) &&
	    req.arp_flags & (ATF_NETMASK | ATF_DONTPUB))
		return -EINVAL;
	if (!(req.arp_flags & ATF_NETMASK))
		((struct sockaddr_in *)&req.arp_netmask)->sin_addr.s_addr =
			htonl(INADDR_BROADCAST);
	req.arp_dev[sizeof(req.arp_dev) - 1] = '\0';

	rtnl_lock();
	err = locked(net, cmd, &req);
	rtnl_unlock();
	if (!err && cmd == SIOCGARP && copy_to_user(arg, &req, sizeof(req)))
		err = -EFAULT;
	return err;
}
