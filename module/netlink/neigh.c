// SPDX-License-Identifier: GPL-2.0
/*
 * RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH for one entry (rtnetlink(7)).
 * Dumps and notifications are the neighbour core's; its handlers of these three
 * know AF_INET and AF_INET6 only.
 */

#include <linux/rtnetlink.h>
#include <net/neighbour.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "arp/arp.h"
#include "netlink/netlink.h"

static const struct nla_policy neigh_policy[NDA_MAX + 1] = {
	[NDA_UNSPEC] = { .strict_start_type = NDA_NH_ID },
	[NDA_DST] = { .type = NLA_BINARY, .len = MAX_ADDR_LEN },
	[NDA_LLADDR] = { .type = NLA_BINARY, .len = MAX_ADDR_LEN },
	[NDA_CACHEINFO] = { .len = sizeof(struct nda_cacheinfo) },
	[NDA_PROBES] = { .type = NLA_U32 },
	[NDA_VLAN] = { .type = NLA_U16 },
	[NDA_PORT] = { .type = NLA_U16 },
	[NDA_VNI] = { .type = NLA_U32 },
	[NDA_IFINDEX] = { .type = NLA_U32 },
	[NDA_MASTER] = { .type = NLA_U32 },
	[NDA_PROTOCOL] = { .type = NLA_U8 },
	[NDA_NH_ID] = { .type = NLA_U32 },
	[NDA_FLAGS_EXT] = NLA_POLICY_MASK(NLA_U32, NTF_EXT_MASK),
	[NDA_FDB_EXT_ATTRS] = { .type = NLA_NESTED },
};

static int key_ok(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr) {
		NL_SET_ERR_MSG(extack, "Network address not specified");
		return -EINVAL;
	}
	if (nla_len(attr) < (int)inetx_arp_table.key_len) {
		NL_SET_ERR_MSG(extack, "Invalid network address");
		return -EINVAL;
	}
	return 0;
}

static int add_proxy(struct net *net, struct net_device *dev,
		     const struct ndmsg *ndm, struct nlattr **tb, u32 flags,
		     struct netlink_ext_ack *extack)
{
	if (flags & NTF_MANAGED) {
		NL_SET_ERR_MSG(extack, "Invalid NTF_* flag combination");
		return -EINVAL;
	}
	return inetx_arp_proxy_add(inetx_net(net), dev,
				   nla_get_in_addr(tb[NDA_DST]), flags,
				   tb[NDA_PROTOCOL] ?
				   nla_get_u8(tb[NDA_PROTOCOL]) : 0,
				   ndm->ndm_state & NUD_PERMANENT);
}

/*
 * Find the entry to change or make it.  *@flags loses the right to override
 * where the request does not give it.
 */
static struct neighbour *neigh_for_update(struct net_device *dev,
					  const void *key,
					  const struct nlmsghdr *nlh,
					  u32 ndm_flags, u32 *flags,
					  struct netlink_ext_ack *extack)
{
	const struct ndmsg *ndm = nlmsg_data(nlh);
	struct neighbour *neigh;

	neigh = neigh_lookup(&inetx_arp_table, key, dev);
	if (neigh) {
		if (nlh->nlmsg_flags & NLM_F_EXCL) {
			neigh_release(neigh);
			return ERR_PTR(-EEXIST);
		}
		if (!(nlh->nlmsg_flags & NLM_F_REPLACE))
			*flags &= ~(NEIGH_UPDATE_F_OVERRIDE |
				    NEIGH_UPDATE_F_OVERRIDE_ISROUTER);
		return neigh;
	}

	if (!(nlh->nlmsg_flags & NLM_F_CREATE))
		return ERR_PTR(-ENOENT);
	if ((ndm->ndm_state & NUD_PERMANENT) && (ndm_flags & NTF_MANAGED)) {
		NL_SET_ERR_MSG(extack, "Invalid NTF_* flag for permanent entry");
		return ERR_PTR(-EINVAL);
	}
	return neigh_create(&inetx_arp_table, key, dev);
}

/**
 * inetx_nl_newneigh - add or change a neighbour entry
 * @skb: the request
 * @nlh: its header
 * @extack: takes the reason of a refusal
 *
 * Context: process, RTNL held.
 * Return: 0 or a negative errno.
 */
int inetx_nl_newneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	u32 flags = NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE |
		    NEIGH_UPDATE_F_OVERRIDE_ISROUTER;
	struct nlattr *tb[NDA_MAX + 1];
	struct net_device *dev = NULL;
	struct neighbour *neigh;
	struct ndmsg *ndm;
	void *lladdr;
	u32 ndm_flags;
	int err;

	ASSERT_RTNL();
	err = nlmsg_parse_deprecated(nlh, sizeof(*ndm), tb, NDA_MAX,
				     neigh_policy, extack);
	if (err < 0)
		return err;
	if (!tb[NDA_DST])
		return key_ok(NULL, extack);

	ndm = nlmsg_data(nlh);
	ndm_flags = ndm->ndm_flags;
	if (tb[NDA_FLAGS_EXT])
		ndm_flags |= nla_get_u32(tb[NDA_FLAGS_EXT]) << NTF_EXT_SHIFT;
	if (ndm->ndm_ifindex) {
		dev = __dev_get_by_index(sock_net(skb->sk), ndm->ndm_ifindex);
		if (!dev)
			return -ENODEV;
		if (tb[NDA_LLADDR] && nla_len(tb[NDA_LLADDR]) < dev->addr_len) {
			NL_SET_ERR_MSG(extack, "Invalid link address");
			return -EINVAL;
		}
	}
	err = key_ok(tb[NDA_DST], extack);
	if (err)
		return err;
	if (ndm_flags & NTF_PROXY)
		return add_proxy(sock_net(skb->sk), dev, ndm, tb, ndm_flags,
				 extack);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "Device not specified");
		return -EINVAL;
	}

	neigh = neigh_for_update(dev, nla_data(tb[NDA_DST]), nlh, ndm_flags,
				 &flags, extack);
	if (IS_ERR(neigh))
		return PTR_ERR(neigh);

	if (tb[NDA_PROTOCOL] && nla_get_u8(tb[NDA_PROTOCOL]))
		neigh->protocol = nla_get_u8(tb[NDA_PROTOCOL]);
	if (ndm_flags & NTF_EXT_LEARNED)
		flags |= NEIGH_UPDATE_F_EXT_LEARNED;
	if (ndm_flags & NTF_ROUTER)
		flags |= NEIGH_UPDATE_F_ISROUTER;
	if (ndm_flags & NTF_MANAGED)
		flags |= NEIGH_UPDATE_F_MANAGED;
	if (ndm_flags & NTF_USE)
		flags |= NEIGH_UPDATE_F_USE;

	lladdr = tb[NDA_LLADDR] ? nla_data(tb[NDA_LLADDR]) : NULL;
	err = neigh_update(neigh, lladdr, ndm->ndm_state, flags,
			   NETLINK_CB(skb).portid);
	if (err == -EINVAL && !lladdr)
		NL_SET_ERR_MSG(extack, "No link layer address given");
	if (!err && ndm_flags & (NTF_USE | NTF_MANAGED))
		neigh_event_send(neigh, NULL);
	neigh_release(neigh);
	return err;
}

/**
 * inetx_nl_delneigh - remove a neighbour entry
 * @skb: the request
 * @nlh: its header
 * @extack: takes the reason of a refusal
 *
 * Context: process, RTNL held.
 * Return: 0 or a negative errno.
 */
int inetx_nl_delneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	struct net_device *dev = NULL;
	struct neighbour *neigh;
	struct nlattr *dst;
	struct ndmsg *ndm;
	int err;

	ASSERT_RTNL();
	if (nlmsg_len(nlh) < sizeof(*ndm))
		return -EINVAL;
	dst = nlmsg_find_attr(nlh, sizeof(*ndm), NDA_DST);
	if (!dst)
		return key_ok(NULL, extack);

	ndm = nlmsg_data(nlh);
	if (ndm->ndm_ifindex) {
		dev = __dev_get_by_index(sock_net(skb->sk), ndm->ndm_ifindex);
		if (!dev)
			return -ENODEV;
	}
	err = key_ok(dst, extack);
	if (err)
		return err;
	if (ndm->ndm_flags & NTF_PROXY)
		return inetx_arp_proxy_del(inetx_net(sock_net(skb->sk)), dev,
					   nla_get_in_addr(dst));
	if (!dev)
		return -EINVAL;

	neigh = neigh_lookup(&inetx_arp_table, nla_data(dst), dev);
	if (!neigh)
		return -ENOENT;

	err = inetx_arp_delete(neigh, NETLINK_CB(skb).portid);
	neigh_release(neigh);
	return err;
}

static int neigh_fill(struct sk_buff *skb, struct neighbour *neigh, u32 portid,
		      u32 seq)
{
	u32 ext = neigh->flags >> NTF_EXT_SHIFT;
	unsigned long now = jiffies;
	struct nda_cacheinfo ci;
	u8 ha[MAX_ADDR_LEN];
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;
	bool valid;

	nlh = nlmsg_put(skb, portid, seq, RTM_NEWNEIGH, sizeof(*ndm), 0);
	if (!nlh)
		return -EMSGSIZE;
	ndm = nlmsg_data(nlh);
	memset(ndm, 0, sizeof(*ndm));
	ndm->ndm_family = inetx_family;
	ndm->ndm_flags = neigh->flags & NTF_OLD_MASK;
	ndm->ndm_type = neigh->type;
	ndm->ndm_ifindex = neigh->dev->ifindex;

	read_lock_bh(&neigh->lock);
	ndm->ndm_state = neigh->nud_state;
	valid = neigh->nud_state & NUD_VALID;
	ci.ndm_used = jiffies_to_clock_t(now - neigh->used);
	ci.ndm_confirmed = jiffies_to_clock_t(now - neigh->confirmed);
	ci.ndm_updated = jiffies_to_clock_t(now - neigh->updated);
	/* Without the reference of the caller. */
	ci.ndm_refcnt = refcount_read(&neigh->refcnt) - 1;
	read_unlock_bh(&neigh->lock);

	if (nla_put(skb, NDA_DST, sizeof(__be32), neigh->primary_key))
		goto cancel;
	if (valid) {
		neigh_ha_snapshot(ha, neigh, neigh->dev);
		if (nla_put(skb, NDA_LLADDR, neigh->dev->addr_len, ha))
			goto cancel;
	}
	if (nla_put_u32(skb, NDA_PROBES, atomic_read(&neigh->probes)) ||
	    nla_put(skb, NDA_CACHEINFO, sizeof(ci), &ci))
		goto cancel;
	if (neigh->protocol && nla_put_u8(skb, NDA_PROTOCOL, neigh->protocol))
		goto cancel;
	if (ext && nla_put_u32(skb, NDA_FLAGS_EXT, ext))
		goto cancel;
	nlmsg_end(skb, nlh);
	return 0;

cancel:
	nlmsg_cancel(skb, nlh);
	return -EMSGSIZE;
}

static size_t neigh_size(void)
{
	return NLMSG_ALIGN(sizeof(struct ndmsg)) +
	       nla_total_size(sizeof(__be32)) +	/* NDA_DST */
	       nla_total_size(MAX_ADDR_LEN) +	/* NDA_LLADDR */
	       nla_total_size(sizeof(struct nda_cacheinfo)) +
	       nla_total_size(4) +		/* NDA_PROBES */
	       nla_total_size(4) +		/* NDA_FLAGS_EXT */
	       nla_total_size(1);		/* NDA_PROTOCOL */
}

static int proxy_fill(struct sk_buff *skb, const struct pneigh_entry *entry,
		      u32 portid, u32 seq)
{
	u32 ext = entry->flags >> NTF_EXT_SHIFT;
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	nlh = nlmsg_put(skb, portid, seq, RTM_NEWNEIGH, sizeof(*ndm), 0);
	if (!nlh)
		return -EMSGSIZE;
	ndm = nlmsg_data(nlh);
	memset(ndm, 0, sizeof(*ndm));
	ndm->ndm_family = inetx_family;
	ndm->ndm_flags = (entry->flags & NTF_OLD_MASK) | NTF_PROXY;
	ndm->ndm_type = RTN_UNICAST;
	ndm->ndm_ifindex = entry->dev ? entry->dev->ifindex : 0;
	ndm->ndm_state = NUD_NONE;
	if (nla_put(skb, NDA_DST, sizeof(__be32), entry->key) ||
	    (entry->protocol &&
	     nla_put_u8(skb, NDA_PROTOCOL, entry->protocol)) ||
	    (ext && nla_put_u32(skb, NDA_FLAGS_EXT, ext))) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

/* What a get request may carry; *@dst is NULL when it names no address. */
static int parse_get(const struct nlmsghdr *nlh, struct nlattr **dst,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NDA_MAX + 1];
	const struct ndmsg *ndm;
	int err, i;

	if (nlmsg_len(nlh) < sizeof(*ndm)) {
		NL_SET_ERR_MSG(extack, "Invalid header for neighbor get request");
		return -EINVAL;
	}
	ndm = nlmsg_data(nlh);
	if (ndm->ndm_pad1 || ndm->ndm_pad2 || ndm->ndm_state ||
	    ndm->ndm_type) {
		NL_SET_ERR_MSG(extack, "Invalid values in header for neighbor get request");
		return -EINVAL;
	}
	if (ndm->ndm_flags & ~NTF_PROXY) {
		NL_SET_ERR_MSG(extack, "Invalid flags in header for neighbor get request");
		return -EINVAL;
	}
	err = nlmsg_parse_deprecated_strict(nlh, sizeof(*ndm), tb, NDA_MAX,
					    neigh_policy, extack);
	if (err < 0)
		return err;

	*dst = NULL;
	for (i = 0; i <= NDA_MAX; i++) {
		if (!tb[i])
			continue;
		if (i != NDA_DST) {
			NL_SET_ERR_MSG(extack, "Unsupported attribute in neighbor get request");
			return -EINVAL;
		}
		if (nla_len(tb[i]) != (int)inetx_arp_table.key_len) {
			NL_SET_ERR_MSG(extack, "Invalid network address in neighbor get request");
			return -EINVAL;
		}
		*dst = tb[i];
	}
	return 0;
}

static int get_entry(struct sk_buff *answer, struct net_device *dev,
		     const void *key, u32 portid, u32 seq,
		     struct netlink_ext_ack *extack)
{
	struct neighbour *neigh = neigh_lookup(&inetx_arp_table, key, dev);
	int err;

	if (!neigh) {
		NL_SET_ERR_MSG(extack, "Neighbour entry not found");
		return -ENOENT;
	}
	err = neigh_fill(answer, neigh, portid, seq);
	neigh_release(neigh);
	return err;
}

static int get_proxy(struct sk_buff *answer, struct net *net,
		     struct net_device *dev, const void *key, u32 portid,
		     u32 seq, struct netlink_ext_ack *extack)
{
	const struct pneigh_entry *entry;

	entry = pneigh_lookup(&inetx_arp_table, net, key, dev, 0);
	if (!entry) {
		NL_SET_ERR_MSG(extack, "Proxy neighbour entry not found");
		return -ENOENT;
	}
	return proxy_fill(answer, entry, portid, seq);
}

/**
 * inetx_nl_getneigh - show one neighbour entry
 * @skb: the request
 * @nlh: its header
 * @extack: takes the reason of a refusal
 *
 * Context: process, RTNL held.
 * Return: 0 or a negative errno.
 */
int inetx_nl_getneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	struct net *net = sock_net(skb->sk);
	u32 portid = NETLINK_CB(skb).portid;
	struct net_device *dev = NULL;
	struct sk_buff *answer;
	struct nlattr *dst;
	struct ndmsg *ndm;
	int err;

	err = parse_get(nlh, &dst, extack);
	if (err)
		return err;
	ndm = nlmsg_data(nlh);
	if (ndm->ndm_ifindex) {
		dev = __dev_get_by_index(net, ndm->ndm_ifindex);
		if (!dev) {
			NL_SET_ERR_MSG(extack, "Unknown device ifindex");
			return -ENODEV;
		}
	}
	if (!dst)
		return key_ok(NULL, extack);
	if (!(ndm->ndm_flags & NTF_PROXY) && !dev) {
		NL_SET_ERR_MSG(extack, "No device specified");
		return -EINVAL;
	}

	answer = nlmsg_new(neigh_size(), GFP_KERNEL);
	if (!answer)
		return -ENOBUFS;
	if (ndm->ndm_flags & NTF_PROXY)
		err = get_proxy(answer, net, dev, nla_data(dst), portid,
				nlh->nlmsg_seq, extack);
	else
		err = get_entry(answer, dev, nla_data(dst), portid,
				nlh->nlmsg_seq, extack);
	if (err) {
		kfree_skb(answer);
		return err;
	}
	return rtnl_unicast(answer, net, portid);
}
