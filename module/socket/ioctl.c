// SPDX-License-Identifier: GPL-2.0
/*
 * Interface ioctls of the IP layer: netdevice(7); those about routes and
 * neighbours are handed on.
 */

#include <linux/if.h>
#include <linux/inetdevice.h>
#include <linux/compat.h>
#include <linux/route.h>
#include <linux/sockios.h>
#include <net/addrconf.h>

#include "arp/arp.h"
#include "link/address.h"
#include "mroute/mroute.h"
#include "route/route.h"
#include "socket/socket.h"

/* Prefix length that the classes of RFC 791 give an address; -1 for one that
 * no interface can have.
 */
static int inetx_class_prefixlen(__be32 addr)
{
	u32 host = ntohl(addr);

	if (ipv4_is_zeronet(addr) || ipv4_is_lbcast(addr))
		return 0;
	if (IN_CLASSA(host))
		return 8;
	if (IN_CLASSB(host))
		return 16;
	if (IN_CLASSC(host))
		return 24;
	if (IN_CLASSE(host))
		return 32;
	return -1;
}

/* RTNL: the first address with this label, and where @addr is not 0 and some
 * address has both, that one: old BSD programs pass junk for @addr.
 */
static struct inetx_ifaddr *inetx_find_label(struct inetx_dev *xdev,
					     const char *label, __be32 addr)
{
	struct inetx_ifaddr *ifa, *first = NULL;

	inetx_for_each_ifaddr_rtnl(ifa, xdev) {
		if (strcmp(label, ifa->label))
			continue;
		if (addr && ifa->local == addr)
			return ifa;
		if (!first)
			first = ifa;
	}
	return first;
}

/* RTNL: an address cannot change under its readers, so it is replaced. */
static int inetx_ifaddr_replace(struct inetx_ifaddr *old,
				const struct inetx_ifaddr *wanted)
{
	struct inetx_dev *xdev = old->xdev;
	struct inetx_ifaddr *ifa = inetx_addr_alloc();

	if (!ifa)
		return -ENOBUFS;
	ifa->local = wanted->local;
	ifa->address = wanted->address;
	ifa->mask = wanted->mask;
	ifa->broadcast = wanted->broadcast;
	ifa->rt_priority = wanted->rt_priority;
	ifa->flags = wanted->flags & ~IFA_F_SECONDARY;
	ifa->prefixlen = wanted->prefixlen;
	ifa->scope = wanted->scope;
	ifa->proto = wanted->proto;
	memcpy(ifa->label, wanted->label, IFNAMSIZ);
	ifa->valid_lft = wanted->valid_lft;
	ifa->preferred_lft = wanted->preferred_lft;

	inetx_addr_remove(old, NULL, 0);
	return inetx_addr_insert(xdev, ifa, NULL, 0, NULL);
}

/* RTNL: SIOCSIFADDR, the netmask by the classes. */
static int inetx_set_ifaddr(struct inetx_dev *xdev, struct inetx_ifaddr *old,
			    const char *label, __be32 addr)
{
	struct net_device *dev = xdev->dev;
	int prefixlen = inetx_class_prefixlen(addr);
	struct inetx_ifaddr *ifa;

	if (prefixlen < 0)
		return -EINVAL;
	if (old && old->local == addr)
		return 0;
	/* 0.0.0.0 is how ifconfig takes an address away. */
	if (!addr) {
		if (old)
			inetx_addr_remove(old, NULL, 0);
		return 0;
	}

	ifa = inetx_addr_alloc();
	if (!ifa)
		return -ENOBUFS;
	if (old)
		inetx_addr_remove(old, NULL, 0);

	if (dev->flags & IFF_POINTOPOINT)
		prefixlen = 32;
	ifa->local = addr;
	ifa->address = addr;
	ifa->prefixlen = prefixlen;
	ifa->mask = inet_make_mask(prefixlen);
	if (!(dev->flags & IFF_POINTOPOINT) && dev->flags & IFF_BROADCAST &&
	    prefixlen < 31)
		ifa->broadcast = addr | ~ifa->mask;
	ifa->scope = ipv4_is_loopback(addr) ? RT_SCOPE_HOST :
					      RT_SCOPE_UNIVERSE;
	ifa->valid_lft = INFINITY_LIFE_TIME;
	ifa->preferred_lft = INFINITY_LIFE_TIME;
	memcpy(ifa->label, label, IFNAMSIZ);
	return inetx_addr_insert(xdev, ifa, NULL, 0, NULL);
}

static int inetx_set_netmask(struct inetx_ifaddr *ifa, __be32 mask)
{
	struct inetx_ifaddr wanted = *ifa;

	/* Ones, then zeros. */
	if (ntohl(~mask) & (ntohl(~mask) + 1))
		return -EINVAL;
	if (ifa->mask == mask)
		return 0;

	wanted.mask = mask;
	wanted.prefixlen = inet_mask_len(mask);
	/* The broadcast address follows where it was the usual one. */
	if (ifa->xdev->dev->flags & IFF_BROADCAST && wanted.prefixlen < 31 &&
	    ifa->broadcast == (ifa->local | ~ifa->mask))
		wanted.broadcast = ifa->local | ~mask;
	return inetx_ifaddr_replace(ifa, &wanted);
}

/* RTNL: the SIOCSIF* about an existing address. */
static int inetx_change_ifaddr(struct inetx_ifaddr *ifa, unsigned int cmd,
			       __be32 addr)
{
	struct inetx_ifaddr wanted = *ifa;

	switch (cmd) {
	case SIOCSIFBRDADDR:
		if (ifa->broadcast == addr)
			return 0;
		wanted.broadcast = addr;
		return inetx_ifaddr_replace(ifa, &wanted);
	case SIOCSIFDSTADDR:
		if (ifa->address == addr)
			return 0;
		if (inetx_class_prefixlen(addr) < 0)
			return -EINVAL;
		wanted.address = addr;
		return inetx_ifaddr_replace(ifa, &wanted);
	case SIOCSIFNETMASK:
		return inetx_set_netmask(ifa, addr);
	default:
		return -EINVAL;
	}
}

static __be32 inetx_get_ifaddr(const struct inetx_ifaddr *ifa,
			       unsigned int cmd)
{
	switch (cmd) {
	case SIOCGIFBRDADDR:
		return ifa->broadcast;
	case SIOCGIFDSTADDR:
		return ifa->address;
	case SIOCGIFNETMASK:
		return ifa->mask;
	default:
		return ifa->local;
	}
}

/* RTNL: of an alias only "down" means something, it takes the address away. */
static int inetx_set_flags(struct net_device *dev, struct inetx_ifaddr *ifa,
			   const struct ifreq *ifr, bool alias)
{
	if (!alias)
		return dev_change_flags(dev, ifr->ifr_flags, NULL);
	if (!ifa)
		return -EADDRNOTAVAIL;
	if (!(ifr->ifr_flags & IFF_UP))
		inetx_addr_remove(ifa, NULL, 0);
	return 0;
}

/* RTNL: @ifr->ifr_name is the label, @dev the device in front of its colon. */
static int inetx_ifreq_locked(struct sock *sk, struct net_device *dev,
			      unsigned int cmd, struct ifreq *ifr)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&ifr->ifr_addr;
	bool alias = strchr(ifr->ifr_name, ':');
	struct inetx_dev *xdev = inetx_dev_get(dev);
	struct inetx_ifaddr *ifa = NULL;
	__be32 match = 0;

	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFNETMASK:
		if (inetx_af_ok(sin->sin_family))
			match = sin->sin_addr.s_addr;
		break;
	}
	if (xdev)
		ifa = inetx_find_label(xdev, ifr->ifr_name, match);

	if (cmd == SIOCSIFFLAGS)
		return inetx_set_flags(dev, ifa, ifr, alias);
	if (cmd == SIOCSIFADDR)
		return xdev ? inetx_set_ifaddr(xdev, ifa, ifr->ifr_name,
					       sin->sin_addr.s_addr) : -ENOBUFS;
	if (!ifa)
		return -EADDRNOTAVAIL;

	switch (cmd) {
	case SIOCSIFBRDADDR:
	case SIOCSIFDSTADDR:
	case SIOCSIFNETMASK:
		return inetx_change_ifaddr(ifa, cmd, sin->sin_addr.s_addr);
	default:
		inetx_sk_addr(sk, sin, inetx_get_ifaddr(ifa, cmd), 0);
		return 0;
	}
}

static int inetx_ifreq(struct sock *sk, unsigned int cmd, struct ifreq *ifr,
		       bool set)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&ifr->ifr_addr;
	struct net *net = sock_net(sk);
	struct net_device *dev;
	char name[IFNAMSIZ];
	int err = -ENODEV;

	ifr->ifr_name[IFNAMSIZ - 1] = '\0';
	strscpy(name, ifr->ifr_name, sizeof(name));
	name[strcspn(name, ":")] = '\0';
	dev_load(net, name);

	if (set && !ns_capable(net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (set && cmd != SIOCSIFFLAGS && !inetx_af_ok(sin->sin_family))
		return -EINVAL;

	rtnl_lock();
	dev = __dev_get_by_name(net, name);
	if (dev)
		err = inetx_ifreq_locked(sk, dev, cmd, ifr);
	rtnl_unlock();
	return err;
}

static int rtentry(struct sock *sk, unsigned int cmd, void __user *arg,
		   bool compat)
{
	struct rtentry rt;
	int err;

	err = inetx_route_get_rtentry(&rt, arg, compat);
	if (err)
		return err;
	return inetx_route_ioctl(inetx_sk_net(sk), cmd, &rt);
}

/**
 * inetx_ioctl - ioctl(2)
 * @sock: the socket
 * @cmd: SIOC*
 * @arg: user pointer or number
 *
 * Context: process.
 * Return: 0 or the errnos of netdevice(7); -ENOIOCTLCMD for what core code or
 * nobody knows.
 */
int inetx_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	void __user *argp = (void __user *)arg;
	struct sock *sk = sock->sk;
	struct ifreq ifr;
	int err;

	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFDSTADDR:
		if (get_user_ifreq(&ifr, NULL, argp))
			return -EFAULT;
		err = inetx_ifreq(sk, cmd, &ifr, false);
		if (!err && put_user_ifreq(&ifr, argp))
			err = -EFAULT;
		return err;
	case SIOCSIFADDR:
	case SIOCSIFBRDADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFDSTADDR:
	case SIOCSIFFLAGS:
		if (get_user_ifreq(&ifr, NULL, argp))
			return -EFAULT;
		return inetx_ifreq(sk, cmd, &ifr, true);
	case SIOCADDRT:
	case SIOCDELRT:
		return rtentry(sk, cmd, argp, false);
	case SIOCSARP:
	case SIOCGARP:
	case SIOCDARP:
		return inetx_arp_ioctl(sock_net(sk), cmd, argp);
	/* AF_INET's: a request that exists, but not for this family. */
	case SIOCRTMSG:
	case SIOCGIFPFLAGS:
	case SIOCSIFPFLAGS:
		return -EINVAL;
	default:
		if (!sk->sk_prot->ioctl)
			return -ENOIOCTLCMD;
		return sk->sk_prot->ioctl(sk, cmd, arg);
	}
}

#ifdef CONFIG_COMPAT
/**
 * inetx_compat_ioctl - ioctl(2) of a 32-bit program
 * @sock: the socket
 * @cmd: SIOC*
 * @arg: user pointer or number
 *
 * Core code translates all but the requests about routes, and those of multicast
 * routing.
 *
 * Context: process.
 * Return: as inetx_ioctl(), -ENOIOCTLCMD for what is not translated here.
 */
int inetx_compat_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SIOCADDRT:
	case SIOCDELRT:
		return rtentry(sock->sk, cmd, compat_ptr(arg), true);
	case SIOCGETVIFCNT:
	case SIOCGETSGCNT:
		if (sock->sk->sk_type != SOCK_RAW)
			return -ENOIOCTLCMD;
		return inetx_mroute_ioctl(sock->sk, cmd, compat_ptr(arg),
					  true);
	default:
		return -ENOIOCTLCMD;
	}
}
#endif
