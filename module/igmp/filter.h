/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The source filter of a group on an interface, merged from those of its
 * memberships (RFC 3376 3.2).  Pure logic: compiles in user space, too.
 *
 * For each source it is counted how many memberships include and how many
 * exclude it.  The state of the interface follows from the counts alone:
 *
 *   some membership is in EXCLUDE mode	EXCLUDE, listing the sources that each
 *					of those excludes and nobody includes
 *   none is				INCLUDE, listing what anybody includes
 *
 * A group that nobody is in is one in INCLUDE mode without sources, so joining
 * and leaving are changes like any other.
 */
#ifndef _INETX_IGMP_FILTER_H
#define _INETX_IGMP_FILTER_H

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, v)	((x) = (v))
struct rcu_head { void *unused; };
#endif

/* What a change of counts did to the state of the interface. */
enum inetx_mc_effect {
	INETX_MC_SAME,		/* nothing */
	INETX_MC_SOURCES,	/* the list changed */
	INETX_MC_MODE,		/* the mode changed */
};

/**
 * struct inetx_mc_source - a source that some membership names
 * @addr: network order; set once
 * @inc: memberships that include it
 * @exc: memberships that exclude it
 * @left: how often its change is still to be reported (RFC 3376 5.1)
 * @marked: a query asked for it
 * @was: scratch of inetx_mc_apply()
 *
 * See struct inetx_mc_filter for who protects them.
 */
struct inetx_mc_source {
	__be32 addr;
	u32 inc;
	u32 exc;
	u8 left;
	u8 marked;
	u8 was;
};

/**
 * struct inetx_mc_filter - the merged filter of a group
 * @exclude: memberships in EXCLUDE mode
 * @n: sources in @src
 * @room: sources that @src has room for; set once
 * @rcu: freeing waits for readers
 * @src: sources in the order in which they were first named
 *
 * Written under the group list lock of the device; inetx_mc_passes() may run at
 * the same time and reads only @exclude, @n and the counts.  Entries are added
 * to a copy that is then published, see inetx_mc_copy().
 */
struct inetx_mc_filter {
	u32 exclude;
	u32 n;
	u32 room;
	struct rcu_head rcu;
	struct inetx_mc_source src[];
};

/**
 * struct inetx_mc_delta - how the memberships of a group change
 * @exclude: change of the number of memberships in EXCLUDE mode
 * @del: sources that a membership no longer names, network order
 * @ndel: how many
 * @del_exclude: it excluded them
 * @add: sources that a membership names from now on, network order
 * @nadd: how many
 * @add_exclude: it excludes them
 */
struct inetx_mc_delta {
	int exclude;
	const __be32 *del;
	u32 ndel;
	bool del_exclude;
	const __be32 *add;
	u32 nadd;
	bool add_exclude;
};

bool inetx_mc_passes(const struct inetx_mc_filter *filter, __be32 saddr);
u32 inetx_mc_missing(const struct inetx_mc_filter *filter,
		     const struct inetx_mc_delta *delta);
void inetx_mc_copy(struct inetx_mc_filter *to,
		   const struct inetx_mc_filter *from);
enum inetx_mc_effect inetx_mc_apply(struct inetx_mc_filter *filter,
				    const struct inetx_mc_delta *delta,
				    u8 robustness);
bool inetx_mc_mark(struct inetx_mc_filter *filter, const __be32 *asked, u32 n,
		   bool *all);
bool inetx_mc_in_record(const struct inetx_mc_filter *filter, u32 i, u8 type);
void inetx_mc_sent(struct inetx_mc_filter *filter);
void inetx_mc_forget(struct inetx_mc_filter *filter);
void inetx_mc_unmark(struct inetx_mc_filter *filter);
bool inetx_mc_renew(struct inetx_mc_filter *filter, u8 robustness);
bool inetx_mc_pending(const struct inetx_mc_filter *filter);

#endif /* _INETX_IGMP_FILTER_H */
