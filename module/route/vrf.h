/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VRF: devices of layer 3 (l3mdev) whose slaves share a routing table, as
 * Documentation/networking/vrf.rst of the kernel has it.
 *
 * A namespace with such a device has a rule that leads there, so whether rules
 * are in use is the only question on the way of packets that know of none.  A
 * received packet stays that of the slave; what is sent to ourselves inside of a
 * VRF comes in again by the VRF's device.
 */
#ifndef _INETX_ROUTE_VRF_H
#define _INETX_ROUTE_VRF_H

#include "route/indev.h"
#include "route/rule.h"

void inetx_in_dev_vrf(const struct net_device *dev, bool accept,
		      struct inetx_in_dev *in);
int inetx_vrf_master(const struct net_device *dev);
u32 inetx_vrf_table(const struct net_device *dev, u32 table);
void inetx_vrf_register(struct inetx_dev *xdev);

/**
 * inetx_in_dev - what sockets may be bound to, to get a packet
 * @xnet: the namespace
 * @dev: the device it came in by
 * @accept: PROTOCOL_l3mdev_accept: also none, inside of a VRF
 *
 * Context: RCU read side.
 * Return: the devices.
 */
static inline struct inetx_in_dev inetx_in_dev(const struct inetx_net *xnet,
					       const struct net_device *dev,
					       const u8 *accept)
{
	struct inetx_in_dev in = { .dif = dev->ifindex };

	if (inetx_rule_used(xnet))
		inetx_in_dev_vrf(dev, READ_ONCE(*accept), &in);
	return in;
}

/**
 * inetx_in_dev_err - what sockets may be bound to, to hear of an ICMP error
 * @xnet: the namespace
 * @skb: the error
 *
 * Who is bound to nothing hears of all.
 *
 * Context: RCU read side.
 * Return: the devices.
 */
static inline struct inetx_in_dev inetx_in_dev_err(const struct inetx_net *xnet,
						   const struct sk_buff *skb)
{
	static const u8 all = 1;

	return skb->dev ? inetx_in_dev(xnet, skb->dev, &all) :
			  (struct inetx_in_dev){};
}

/**
 * inetx_vrf_of - the VRF of a device
 * @xnet: the namespace
 * @dev: the device, or NULL
 *
 * Context: RCU read side.
 * Return: its index, 0 for none.
 */
static inline int inetx_vrf_of(const struct inetx_net *xnet,
			       const struct net_device *dev)
{
	return inetx_rule_used(xnet) ? inetx_vrf_master(dev) : 0;
}

#endif /* _INETX_ROUTE_VRF_H */
