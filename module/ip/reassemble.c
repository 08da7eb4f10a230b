// SPDX-License-Identifier: GPL-2.0
/* Fragments become datagrams again; see reassemble.h, and train.h for ranges. */

#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/l3mdev.h>

#include "icmp/icmp.h"
#include "ip/reassemble.h"
#include "ip/train.h"

/* Defaults of the tunables; RFC 1122 3.3.2 wants 60 to 120 s, AF_INET has 30. */
#define REASM_HIGH	(4UL << 20)
#define REASM_LOW	(3UL << 20)
#define REASM_TIME	(30 * HZ)
#define REASM_MAX_DIST	64

/**
 * struct reasm_key - what the fragments of a datagram have in common
 * @saddr: source
 * @daddr: destination
 * @vif: VRF device or 0: the same addresses may be in use in each
 * @user: IP_DEFRAG_*
 * @id: identification
 * @protocol: protocol; 16 bits leave no padding in what is hashed
 */
struct reasm_key {
	__be32 saddr;
	__be32 daddr;
	u32 vif;
	u32 user;
	__be16 id;
	u16 protocol;
};

/* A source of fragments; see ipfrag_max_dist. */
struct source_key {
	__be32 saddr;
	u32 vif;
};

/**
 * struct reasm_source - how many fragments a source has sent
 * @node: in sources
 * @key: who
 * @fragments: how many; atomic
 * @users: queues that count here; under sources_lock
 * @rcu: freeing waits for a resize of the table that may look at it
 */
struct reasm_source {
	struct rhash_head node;
	struct source_key key;
	atomic_t fragments;
	unsigned int users;
	struct rcu_head rcu;
};

/**
 * struct reasm_queue - a datagram under way
 * @node: in queues
 * @key: which; set once
 * @xnet: the namespace; set once
 * @source: who sends it, or NULL; set once
 * @lock: protects all that follows, but @timer and @rcu
 * @dead: not in the table any more
 * @train: what has come
 * @last: the fragment that ends highest: more of its run are appended here
 * @memory: bytes that the fragments take
 * @seen: fragments that @source had sent when the latest of ours came
 * @iif: the device that it came by
 * @tstamp: when it came
 * @mono: the clock of @tstamp, see skb->mono_delivery_time
 * @ecn: bit 1 << codepoint for each that was seen
 * @max_size: bytes of the largest fragment, with header
 * @max_df_size: the same of those with Don't Fragment
 * @timer: the end of its time
 * @rcu: freeing waits for those who have just found it
 */
struct reasm_queue {
	struct rhash_head node;
	struct reasm_key key;
	struct inetx_net *xnet;
	struct reasm_source *source;
	spinlock_t lock;	/* see above */
	bool dead;
	struct inetx_ip_train train;
	struct sk_buff *last;
	unsigned long memory;
	u32 seen;
	int iif;
	ktime_t tstamp;
	bool mono;
	u8 ecn;
	u16 max_size;
	u16 max_df_size;
	struct timer_list timer;
	struct rcu_head rcu;
};

/* What is in skb->cb of a fragment in a queue, where skb->next leads to the next
 * of its run.
 */
struct fragment_cb {
	struct inetx_ip_run run;
};

#define FRAGMENT_CB(skb)	((struct fragment_cb *)(skb)->cb)

static const struct rhashtable_params queue_params = {
	.head_offset = offsetof(struct reasm_queue, node),
	.key_offset = offsetof(struct reasm_queue, key),
	.key_len = sizeof(struct reasm_key),
	.automatic_shrinking = true,
};

static const struct rhashtable_params source_params = {
	.head_offset = offsetof(struct reasm_source, node),
	.key_offset = offsetof(struct reasm_source, key),
	.key_len = sizeof(struct source_key),
	.automatic_shrinking = true,
};

/* ---- sources */

static struct reasm_source *source_get(struct inetx_reasm_net *reasm,
				       const struct reasm_key *queue)
{
	const struct source_key key = { queue->saddr, queue->vif };
	struct reasm_source *source;

	spin_lock_bh(&reasm->sources_lock);
	source = rhashtable_lookup_fast(&reasm->sources, &key, source_params);
	if (!source) {
		source = kzalloc(sizeof(*source), GFP_ATOMIC);
		if (!source)
			goto out;
		source->key = key;
		if (rhashtable_insert_fast(&reasm->sources, &source->node,
					   source_params)) {
			kfree(source);
			source = NULL;
			goto out;
		}
	}
	source->users++;
out:
	spin_unlock_bh(&reasm->sources_lock);
	return source;
}

static void source_put(struct inetx_reasm_net *reasm,
		       struct reasm_source *source)
{
	if (!source)
		return;
	spin_lock_bh(&reasm->sources_lock);
	if (!--source->users) {
		rhashtable_remove_fast(&reasm->sources, &source->node,
				       source_params);
		kfree_rcu(source, rcu);
	}
	spin_unlock_bh(&reasm->sources_lock);
}

/* ---- queues */

static struct sk_buff *run_skb(struct inetx_ip_run *run)
{
	return container_of((void *)run, struct sk_buff, cb);
}

static void queue_forget(struct reasm_queue *queue)
{
	memset(&queue->train, 0, sizeof(queue->train));
	atomic_long_sub(queue->memory, &queue->xnet->ip.reasm.memory);
	queue->memory = 0;
	queue->last = NULL;
	queue->ecn = 0;
	queue->max_size = 0;
	queue->max_df_size = 0;
}

/* Drop all fragments. */
static void queue_purge(struct reasm_queue *queue)
{
	struct inetx_ip_run *run, *next;

	rbtree_postorder_for_each_entry_safe(run, next, &queue->train.runs,
					     node)
		kfree_skb_list(run_skb(run));
	queue_forget(queue);
}

static void queue_free(struct reasm_queue *queue)
{
	struct inetx_reasm_net *reasm = &queue->xnet->ip.reasm;

	atomic_long_sub(sizeof(*queue), &reasm->memory);
	source_put(reasm, queue->source);
	kfree_rcu(queue, rcu);
}

/* Lock held, in the RCU section that keeps the memory until it is released. */
static void queue_end(struct reasm_queue *queue)
{
	queue->dead = true;
	rhashtable_remove_fast(&queue->xnet->ip.reasm.queues, &queue->node,
			       queue_params);
	/* Where it is running already it is such a section and sees @dead. */
	del_timer(&queue->timer);
	queue_purge(queue);
	queue_free(queue);
}

/*
 * RFC 1122 3.3.2: time exceeded, but only if the first fragment, which says to
 * whose program, is there; and only while the address is still ours.
 */
static void report_timeout(struct inetx_net *xnet, struct sk_buff *skb, int iif)
{
	skb->dev = dev_get_by_index_rcu(xnet->net, iif);
	if (!skb->dev ||
	    inetx_route_addr_type_at(xnet, skb->dev, ip_hdr(skb)->daddr) !=
	    RTN_LOCAL)
		return;
	memset(INETX_CB(skb), 0, sizeof(struct inetx_skb_cb));
	inetx_icmp_send(xnet, skb, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
}

/* Take the first fragment out of a queue that is about to end. */
static struct sk_buff *queue_take_first(struct reasm_queue *queue)
{
	struct rb_node *node = rb_first(&queue->train.runs);
	struct sk_buff *skb;

	skb = run_skb(rb_entry(node, struct inetx_ip_run, node));
	rb_erase(node, &queue->train.runs);
	kfree_skb_list(skb->next);
	skb_mark_not_on_list(skb);
	return skb;
}

static void queue_timeout(struct timer_list *timer)
{
	struct reasm_queue *queue = from_timer(queue, timer, timer);
	struct inetx_net *xnet = queue->xnet;
	struct sk_buff *first = NULL;

	rcu_read_lock();
	if (READ_ONCE(xnet->ip.reasm.dead))
		goto out;

	spin_lock(&queue->lock);
	if (!queue->dead) {
		INETX_IP_INC(xnet, IPSTATS_MIB_REASMFAILS);
		INETX_IP_INC(xnet, IPSTATS_MIB_REASMTIMEOUT);
		if (queue->train.first)
			first = queue_take_first(queue);
		queue_end(queue);
	}
	spin_unlock(&queue->lock);

	if (first) {
		report_timeout(xnet, first, queue->iif);
		kfree_skb(first);
	}
out:
	rcu_read_unlock();
}

/* The queue of @key, new or made meanwhile by another CPU; or NULL. */
static struct reasm_queue *queue_create(struct inetx_net *xnet,
					const struct reasm_key *key)
{
	struct inetx_reasm_net *reasm = &xnet->ip.reasm;
	struct reasm_queue *queue, *old;

	queue = kzalloc(sizeof(*queue), GFP_ATOMIC);
	if (!queue)
		return NULL;
	queue->key = *key;
	queue->xnet = xnet;
	spin_lock_init(&queue->lock);
	timer_setup(&queue->timer, queue_timeout, 0);
	atomic_long_add(sizeof(*queue), &reasm->memory);
	if (READ_ONCE(reasm->sysctl_max_dist))
		queue->source = source_get(reasm, key);

	/* Who finds it waits until the timer, which he may stop, runs. */
	spin_lock(&queue->lock);
	old = rhashtable_lookup_get_insert_fast(&reasm->queues, &queue->node,
						queue_params);
	if (!old)
		mod_timer(&queue->timer,
			  jiffies + READ_ONCE(reasm->sysctl_time));
	spin_unlock(&queue->lock);
	if (!old)
		return queue;
	queue_free(queue);
	return IS_ERR(old) ? NULL : old;
}

/* NULL where memory is short or its allowance used up. */
static struct reasm_queue *queue_get(struct inetx_net *xnet,
				     const struct reasm_key *key)
{
	struct inetx_reasm_net *reasm = &xnet->ip.reasm;
	unsigned long high = READ_ONCE(reasm->sysctl_high);
	struct reasm_queue *queue;

	if (READ_ONCE(reasm->dead) || !high ||
	    (unsigned long)atomic_long_read(&reasm->memory) > high)
		return NULL;
	queue = rhashtable_lookup(&reasm->queues, key, queue_params);
	return queue ?: queue_create(xnet, key);
}

/*
 * Lock held.  Has the source sent so many others since the latest fragment of this
 * datagram that its identification may be in use again (RFC 4963)?
 */
static bool queue_is_old(struct reasm_queue *queue)
{
	unsigned int max = READ_ONCE(queue->xnet->ip.reasm.sysctl_max_dist);
	u32 before = queue->seen;

	if (!queue->source || !max)
		return false;
	queue->seen = atomic_inc_return(&queue->source->fragments);
	return queue->train.tail && queue->seen - before > max;
}

/* ---- the datagram */

/* All fragments by their offsets, taken out of the queue, skb->next to skb->next. */
static struct sk_buff *queue_flatten(struct reasm_queue *queue)
{
	struct sk_buff *head = NULL, **link = &head;
	struct rb_node *node = rb_first(&queue->train.runs);

	while (node) {
		*link = run_skb(rb_entry(node, struct inetx_ip_run, node));
		node = rb_next(node);
		while (*link)
			link = &(*link)->next;
	}
	queue->train.runs = RB_ROOT;
	return head;
}

/* What is known of the checksum of a whole, of which @skb is one more part.  All
 * parts but the last are of even length.
 */
static void join_csum(struct sk_buff *head, const struct sk_buff *skb)
{
	if (head->ip_summed != skb->ip_summed)
		head->ip_summed = CHECKSUM_NONE;
	else if (head->ip_summed == CHECKSUM_COMPLETE)
		head->csum = csum_add(head->csum, skb->csum);
}

/*
 * Append the list @rest to @head, which is ours alone and has no frag_list: page
 * by page where the memory allows it, which many small fragments need, else as
 * frag_list.
 */
static void join(struct sk_buff *head, struct sk_buff *rest)
{
	struct sk_buff **link = &skb_shinfo(head)->frag_list;
	struct sk_buff *to = head, *skb, *next;

	skb_list_walk_safe(rest, skb, next) {
		unsigned int len = skb->len;
		bool stolen;
		int delta;

		skb_mark_not_on_list(skb);
		join_csum(head, skb);
		if (skb_try_coalesce(to, skb, &stolen, &delta)) {
			kfree_skb_partial(skb, stolen);
			if (to == head)
				continue;
		} else {
			delta = skb->truesize;
			*link = skb;
			link = &skb->next;
			to = skb;
		}
		head->len += len;
		head->data_len += len;
		head->truesize += delta;
	}
}

/* The header of the whole, and what else there is to be said of it. */
static void finish(const struct reasm_queue *queue, struct sk_buff *head,
		   u8 ecn)
{
	struct iphdr *iph = ip_hdr(head);

	__skb_push(head, -skb_network_offset(head));
	skb_set_delivery_time(head, queue->tstamp, queue->mono);

	memset(INETX_CB(head), 0, sizeof(struct inetx_skb_cb));
	IPCB(head)->iif = head->skb_iif;
	IPCB(head)->frag_max_size = queue->max_size;
	/* The sender wants to know the path's MTU, and this is no more of it
	 * than his largest packet: whoever sends it on keeps to that size.
	 */
	iph->frag_off = 0;
	if (queue->max_df_size == queue->max_size) {
		IPCB(head)->flags |= IPSKB_FRAG_PMTU;
		iph->frag_off = htons(IP_DF);
	}
	iph->tot_len = htons(head->len);
	iph->tos |= ecn;
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/* Lock held, all fragments there: the datagram, or NULL.  The queue ends. */
static struct sk_buff *queue_assemble(struct reasm_queue *queue)
{
	u8 ecn = inetx_ip_ecn_combine(queue->ecn);
	struct sk_buff *head = queue_flatten(queue);
	struct sk_buff *rest = head->next;

	skb_mark_not_on_list(head);
	if (ecn == INETX_IP_ECN_DROP)
		goto drop;
	/* What the fields allow may be more than a datagram can have. */
	if (ip_hdrlen(head) + queue->train.end > IP_MAX_MTU)
		goto drop;
	/* A tap, or the host's stack, may have the same data. */
	if (skb_unclone(head, GFP_ATOMIC) ||
	    (skb_has_frag_list(head) && skb_linearize(head)))
		goto drop;

	join(head, rest);
	finish(queue, head, ecn);
	INETX_IP_INC(queue->xnet, IPSTATS_MIB_REASMOKS);
	queue_end(queue);
	return head;

drop:
	kfree_skb(head);
	kfree_skb_list(rest);
	INETX_IP_INC(queue->xnet, IPSTATS_MIB_REASMFAILS);
	queue_end(queue);
	return NULL;
}

/* Lock held: note what a fragment, which is in the train now, says. */
static void queue_note(struct reasm_queue *queue, const struct sk_buff *skb)
{
	unsigned int size = ip_hdrlen(skb) + skb->len;
	const struct iphdr *iph = ip_hdr(skb);

	queue->iif = skb->dev->ifindex;
	queue->tstamp = skb->tstamp;
	queue->mono = skb->mono_delivery_time;
	queue->ecn |= 1 << (iph->tos & INET_ECN_MASK);
	if (size > queue->max_size)
		queue->max_size = size;
	if ((iph->frag_off & htons(IP_DF)) && size > queue->max_df_size)
		queue->max_df_size = size;
	queue->memory += skb->truesize;
	atomic_long_add(skb->truesize, &queue->xnet->ip.reasm.memory);
}

/*
 * Lock held.  Cut a fragment down to its data, which begins at *start and ends
 * before *end.  Returns false without memory.
 */
static bool fragment_trim(struct sk_buff *skb, u32 *start, u32 *end)
{
	u16 field = ntohs(ip_hdr(skb)->frag_off);

	/* A sender of virtual hardware may claim it, but it is not GSO. */
	skb_gso_reset(skb);
	__skb_pull(skb, ip_hdrlen(skb));
	*start = (field & IP_OFFSET) * 8;
	*end = *start + skb->len;
	if ((field & IP_MF) && (*end & 7)) {
		*end &= ~7;
		if (skb->ip_summed != CHECKSUM_UNNECESSARY)
			skb->ip_summed = CHECKSUM_NONE;
	}
	return !pskb_trim_rcsum(skb, *end - *start);
}

/* Lock held, queue alive; takes the skb.  Returns the datagram or NULL. */
static struct sk_buff *queue_add(struct reasm_queue *queue, struct sk_buff *skb)
{
	struct inetx_ip_run *run = &FRAGMENT_CB(skb)->run;
	const struct inetx_skb_cb cb = *INETX_CB(skb);
	struct inetx_net *xnet = queue->xnet;
	__be16 field = ip_hdr(skb)->frag_off;
	struct net_device *dev = skb->dev;
	struct sk_buff *whole;
	u32 start, end;

	if (!fragment_trim(skb, &start, &end))
		goto fail;
	skb_mark_not_on_list(skb);
	switch (inetx_ip_train_add(&queue->train, run, start, end,
				   field & htons(IP_MF))) {
	case INETX_IP_FRAG_JOINED:
		queue->last->next = skb;
		queue->last = skb;
		break;
	case INETX_IP_FRAG_NEW_RUN:
		if (queue->train.tail == run)
			queue->last = skb;
		break;
	case INETX_IP_FRAG_DUPLICATE:
		kfree_skb(skb);
		return NULL;
	case INETX_IP_FRAG_OVERLAP:
		INETX_IP_INC(xnet, IPSTATS_MIB_REASM_OVERLAPS);
		goto fail;
	default:
		goto fail;
	}
	queue_note(queue, skb);
	/* No reference is held on it, and it may go. */
	skb->dev = NULL;
	if (!inetx_ip_train_complete(&queue->train))
		return NULL;

	whole = queue_assemble(queue);
	if (whole) {
		whole->dev = dev;
		INETX_CB(whole)->xdev = cb.xdev;
		INETX_CB(whole)->rtype = cb.rtype;
	}
	return whole;

fail:
	INETX_IP_INC(xnet, IPSTATS_MIB_REASMFAILS);
	kfree_skb(skb);
	queue_end(queue);
	return NULL;
}

/* Lock held: begin anew with the next fragment.  False where its time is up. */
static bool queue_restart(struct reasm_queue *queue)
{
	INETX_IP_INC(queue->xnet, IPSTATS_MIB_REASMFAILS);
	if (!del_timer(&queue->timer))
		return false;
	queue_purge(queue);
	mod_timer(&queue->timer,
		  jiffies + READ_ONCE(queue->xnet->ip.reasm.sysctl_time));
	return true;
}

/**
 * inetx_ip_reassemble - a fragment has come in
 * @xnet: the namespace
 * @skb: the fragment, at its IP header, header checked and in the linear part,
 *	transport header set, cut to its length, struct inetx_skb_cb filled, no dst
 *	and no socket; taken
 * @user: IP_DEFRAG_*: datagrams of different users do not mix
 *
 * Context: softirq, RCU read side.
 * Return: the datagram, in the same form, with frag_max_size and flags in its
 * IPCB, device and struct inetx_skb_cb of @skb, when that made it complete; else
 * NULL.
 */
struct sk_buff *inetx_ip_reassemble(struct inetx_net *xnet, struct sk_buff *skb,
				    u32 user)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct reasm_key key = {
		.saddr = iph->saddr,
		.daddr = iph->daddr,
		.vif = l3mdev_master_ifindex_rcu(skb->dev),
		.user = user,
		.id = iph->id,
		.protocol = iph->protocol,
	};
	struct sk_buff *whole = NULL;
	struct reasm_queue *queue;
	bool done;

	BUILD_BUG_ON(sizeof(struct fragment_cb) > sizeof(skb->cb));
	INETX_IP_INC(xnet, IPSTATS_MIB_REASMREQDS);
	do {
		queue = queue_get(xnet, &key);
		if (!queue) {
			INETX_IP_INC(xnet, IPSTATS_MIB_REASMFAILS);
			kfree_skb(skb);
			return NULL;
		}
		spin_lock(&queue->lock);
		/* A dead one is not in the table any more: look again. */
		done = !queue->dead;
		if (done && unlikely(queue_is_old(queue)) &&
		    !queue_restart(queue)) {
			queue_end(queue);
			kfree_skb(skb);
		} else if (done) {
			whole = queue_add(queue, skb);
		}
		spin_unlock(&queue->lock);
	} while (!done);
	return whole;
}

/* ---- the namespace */

/**
 * inetx_reasm_queues - how many datagrams are under way
 * @xnet: the namespace
 *
 * Context: any.
 */
unsigned int inetx_reasm_queues(const struct inetx_net *xnet)
{
	return atomic_read(&xnet->ip.reasm.queues.nelems);
}

/**
 * inetx_reasm_memory - bytes that fragments and their queues take
 * @xnet: the namespace
 *
 * Context: any.
 */
unsigned long inetx_reasm_memory(const struct inetx_net *xnet)
{
	return atomic_long_read(&xnet->ip.reasm.memory);
}

/**
 * inetx_reasm_net_init - reassembly in a new namespace
 * @xnet: the namespace
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_reasm_net_init(struct inetx_net *xnet)
{
	struct inetx_reasm_net *reasm = &xnet->ip.reasm;
	int err;

	reasm->sysctl_high = REASM_HIGH;
	reasm->sysctl_low = REASM_LOW;
	reasm->sysctl_time = REASM_TIME;
	reasm->sysctl_max_dist = REASM_MAX_DIST;
	spin_lock_init(&reasm->sources_lock);

	err = rhashtable_init(&reasm->queues, &queue_params);
	if (err)
		return err;
	err = rhashtable_init(&reasm->sources, &source_params);
	if (err)
		rhashtable_destroy(&reasm->queues);
	return err;
}

/**
 * inetx_reasm_net_pre_exit - let nobody begin to touch a queue any more
 * @xnet: the namespace
 *
 * Who has begun is done a grace period later.
 */
void inetx_reasm_net_pre_exit(struct inetx_net *xnet)
{
	WRITE_ONCE(xnet->ip.reasm.dead, true);
}

static void free_left_over(void *ptr, void *arg)
{
	struct reasm_queue *queue = ptr;

	del_timer_sync(&queue->timer);
	queue_purge(queue);
	queue_free(queue);
}

/**
 * inetx_reasm_net_exit - the end of reassembly in a namespace
 * @xnet: the namespace
 *
 * Context: process, may sleep.
 */
void inetx_reasm_net_exit(struct inetx_net *xnet)
{
	struct inetx_reasm_net *reasm = &xnet->ip.reasm;

	rhashtable_free_and_destroy(&reasm->queues, free_left_over, NULL);
	/* Each queue has let go of its source. */
	rhashtable_destroy(&reasm->sources);
}
