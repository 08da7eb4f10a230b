// SPDX-License-Identifier: GPL-2.0
/* Control messages of level SOL_IP, both ways: ip(7), cmsg(3). */

#include <linux/errqueue.h>
#include <linux/security.h>
#include <net/l3mdev.h>

#include "ip/options.h"
#include "link/address.h"
#include "route/rule.h"
#include "socket/option.h"
#include "socket/socket.h"

/* The value of a message that is an int, or where @byte_ok a byte. */
static int inetx_cmsg_value(struct cmsghdr *hdr, bool byte_ok, int *val)
{
	if (hdr->cmsg_len == CMSG_LEN(sizeof(int)))
		*val = *(int *)CMSG_DATA(hdr);
	else if (byte_ok && hdr->cmsg_len == CMSG_LEN(sizeof(u8)))
		*val = *(u8 *)CMSG_DATA(hdr);
	else
		return -EINVAL;
	return 0;
}

/* IP_RETOPTS; of several the last one counts. */
static int inetx_cmsg_send_options(struct sock *sk, struct cmsghdr *hdr,
				   struct inetx_cmsg *cmsg)
{
	unsigned int len = hdr->cmsg_len - sizeof(*hdr);

	kfree(cmsg->opt);
	return inetx_ipopt_get(sock_net(sk), KERNEL_SOCKPTR(CMSG_DATA(hdr)),
			       min_t(unsigned int, len, INETX_IPOPT_MAX),
			       &cmsg->opt);
}

static int inetx_cmsg_send_ip(struct sock *sk, struct cmsghdr *hdr,
			      struct inetx_cmsg *cmsg)
{
	const struct in_pktinfo *info;
	int val;

	switch (hdr->cmsg_type) {
	case IP_PKTINFO:
		if (hdr->cmsg_len != CMSG_LEN(sizeof(*info)))
			return -EINVAL;
		info = CMSG_DATA(hdr);
		if (info->ipi_ifindex)
			cmsg->oif = info->ipi_ifindex;
		cmsg->saddr = info->ipi_spec_dst.s_addr;
		return 0;
	case IP_RETOPTS:
		return inetx_cmsg_send_options(sk, hdr, cmsg);
	case IP_TTL:
		if (inetx_cmsg_value(hdr, false, &val) || val < 1 || val > 255)
			return -EINVAL;
		cmsg->ttl = val;
		return 0;
	case IP_TOS:
		if (inetx_cmsg_value(hdr, true, &val) || val < 0 || val > 255)
			return -EINVAL;
		cmsg->tos = val;
		return 0;
	case IP_PROTOCOL:
		if (inetx_cmsg_value(hdr, false, &val) || val < 1 || val > 255)
			return -EINVAL;
		cmsg->protocol = val;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * inetx_cmsg_send - read the control messages of a send
 * @sk: the socket
 * @msg: of sendmsg(2), its control messages in kernel memory
 * @cmsg: after inetx_cmsg_init(); takes what the messages ask for; its @opt is the
 *	caller's to free, with an error, too
 *
 * Levels other than SOL_SOCKET and SOL_IP are not looked at.
 *
 * Context: process; the socket lock is not needed.
 * Return: 0, -EINVAL (malformed, unknown or out of range), or what core code
 * says of a SOL_SOCKET message.
 */
int inetx_cmsg_send(struct sock *sk, struct msghdr *msg,
		    struct inetx_cmsg *cmsg)
{
	struct cmsghdr *hdr;
	int err;

	for_each_cmsghdr(hdr, msg) {
		if (!CMSG_OK(msg, hdr))
			return -EINVAL;
		if (hdr->cmsg_level == SOL_SOCKET)
			err = __sock_cmsg_send(sk, msg, hdr, &cmsg->sockc);
		else if (hdr->cmsg_level == SOL_IP)
			err = inetx_cmsg_send_ip(sk, hdr, cmsg);
		else
			continue;
		if (err)
			return err;
	}
	return 0;
}

/**
 * inetx_rx_info_set - prepare a received packet for a receive queue
 * @xnet: the namespace
 * @skb: the packet, its cb a struct inetx_skb_cb
 *
 * Only notes the device by number: what else IP_PKTINFO wants is found when
 * somebody asks, in the receiver's time.
 *
 * Context: any, RCU read side.
 */
void inetx_rx_info_set(struct inetx_net *xnet, struct sk_buff *skb)
{
	INETX_RX(skb)->parm.iif = INETX_CB(skb)->xdev->dev->ifindex;
}

/* Our address to answer a packet from: its destination where that is ours,
 * else an address of the device it came in by (RFC 1122 3.3.4.2).
 */
static __be32 inetx_spec_dst(struct inetx_net *xnet, const struct iphdr *iph,
			     int ifindex)
{
	struct inetx_dev *xdev;

	if (inetx_addr_is_ours(xnet, iph->daddr))
		return iph->daddr;
	xdev = inetx_dev_by_index(xnet, ifindex);
	if (!xdev)
		return 0;
	return inetx_addr_select(xnet, xdev, iph->saddr, RT_SCOPE_UNIVERSE);
}

/* A packet to ourselves came in by lo or a VRF; the device that matters is the one that
 * has the address.
 */
static int inetx_rx_ifindex(struct inetx_net *xnet, const struct iphdr *iph,
			    int ifindex)
{
	struct inetx_flow flow = { .daddr = iph->daddr };
	struct inetx_path path;

	if (inetx_rule_used(xnet) &&
	    netif_index_is_l3_master(xnet->net, ifindex))
		flow.oif = ifindex;
	if ((ifindex != LOOPBACK_IFINDEX && !flow.oif) ||
	    ipv4_is_loopback(iph->daddr) ||
	    inetx_route_output(xnet, &flow, &path) || path.type != RTN_LOCAL)
		return ifindex;
	return path.oif ?: ifindex;
}

static void inetx_recv_pktinfo(struct inetx_net *xnet, struct msghdr *msg,
			       struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct in_pktinfo info = {
		.ipi_ifindex = INETX_RX(skb)->parm.iif,
		.ipi_addr.s_addr = iph->daddr,
	};

	/* In the error queue everything is marked so.  A packet of ours, come
	 * back with its timestamp, was sent from an address; to an ICMP error
	 * nobody answers.
	 */
	if (skb->pkt_type == PACKET_OUTGOING) {
		if (SKB_EXT_ERR(skb)->ee.ee_origin != SO_EE_ORIGIN_ICMP)
			info.ipi_spec_dst.s_addr = iph->saddr;
	} else {
		rcu_read_lock();
		info.ipi_ifindex = inetx_rx_ifindex(xnet, iph,
						    info.ipi_ifindex);
		info.ipi_spec_dst.s_addr = inetx_spec_dst(xnet, iph,
							  info.ipi_ifindex);
		rcu_read_unlock();
	}
	put_cmsg(msg, SOL_IP, IP_PKTINFO, sizeof(info), &info);
}

static void inetx_recv_origdstaddr(struct sock *sk, struct msghdr *msg,
				   struct sk_buff *skb)
{
	struct sockaddr_in sin;
	__be16 buf[2], *ports;

	/* Every transport has its ports in the first four bytes. */
	ports = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(buf),
				   buf);
	if (!ports)
		return;
	inetx_sk_addr(sk, &sin, ip_hdr(skb)->daddr, ports[1]);
	put_cmsg(msg, SOL_IP, IP_ORIGDSTADDR, sizeof(sin), &sin);
}

static void inetx_recv_security(struct msghdr *msg, struct sk_buff *skb)
{
	char *data;
	u32 len, id;

	if (security_socket_getpeersec_dgram(NULL, skb, &id) ||
	    security_secid_to_secctx(id, &data, &len))
		return;
	put_cmsg(msg, SOL_IP, SCM_SECURITY, len, data);
	security_release_secctx(data, len);
}

static void inetx_recv_checksum(struct msghdr *msg, struct sk_buff *skb,
				int csum_extra)
{
	__wsum csum = skb->csum;

	if (skb->ip_summed != CHECKSUM_COMPLETE)
		return;
	if (csum_extra)
		csum = csum_sub(csum, skb_checksum(skb, 0, csum_extra, 0));
	put_cmsg(msg, SOL_IP, IP_CHECKSUM, sizeof(csum), &csum);
}

static void inetx_recv_fragsize(struct msghdr *msg, struct sk_buff *skb)
{
	int val = INETX_RX(skb)->parm.frag_max_size;

	if (val)
		put_cmsg(msg, SOL_IP, IP_RECVFRAGSIZE, sizeof(val), &val);
}

/**
 * inetx_cmsg_recv - the control messages that the socket wants with a packet
 * @sk: the socket
 * @msg: of recvmsg(2)
 * @skb: the packet, see INETX_RX(); network and transport header set
 * @csum_extra: bytes at skb->data that skb->csum covers, but not the user's
 *
 * Values go by way of the stack, as slab memory must not be copied to users.
 *
 * Context: process; the socket lock is not needed.
 */
void inetx_cmsg_recv(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		     int csum_extra)
{
	unsigned int flags = READ_ONCE(inet_sk(sk)->cmsg_flags);
	int ttl;
	u8 tos;

	if (!flags)
		return;

	if (flags & IP_CMSG_PKTINFO)
		inetx_recv_pktinfo(inetx_sk_net(sk), msg, skb);
	if (flags & IP_CMSG_TTL) {
		ttl = ip_hdr(skb)->ttl;
		put_cmsg(msg, SOL_IP, IP_TTL, sizeof(ttl), &ttl);
	}
	if (flags & IP_CMSG_TOS) {
		tos = ip_hdr(skb)->tos;
		put_cmsg(msg, SOL_IP, IP_TOS, sizeof(tos), &tos);
	}
	if (flags & (IP_CMSG_RECVOPTS | IP_CMSG_RETOPTS))
		inetx_ipopt_recv(sk, msg, skb, flags);
	if (flags & IP_CMSG_PASSSEC)
		inetx_recv_security(msg, skb);
	if (flags & IP_CMSG_ORIGDSTADDR)
		inetx_recv_origdstaddr(sk, msg, skb);
	if (flags & IP_CMSG_CHECKSUM)
		inetx_recv_checksum(msg, skb, csum_extra);
	if (flags & IP_CMSG_RECVFRAGSIZE)
		inetx_recv_fragsize(msg, skb);
}
