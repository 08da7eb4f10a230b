// SPDX-License-Identifier: GPL-2.0
/* Merging source filters (RFC 3376 3.2) and telling the changes (5.1). */

#include <linux/igmp.h>

#include "igmp/filter.h"

static struct inetx_mc_source *find(struct inetx_mc_filter *filter,
				    __be32 addr)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		if (filter->src[i].addr == addr)
			return &filter->src[i];
	return NULL;
}

/* Is the source on the list of the interface's state? */
static bool listed(const struct inetx_mc_filter *filter,
		   const struct inetx_mc_source *src)
{
	u32 exclude = READ_ONCE(filter->exclude);

	if (!exclude)
		return READ_ONCE(src->inc);
	return READ_ONCE(src->exc) == exclude && !READ_ONCE(src->inc);
}

/**
 * inetx_mc_passes - does the interface want packets from a source?
 * @filter: the merged filter
 * @saddr: the source, network order
 *
 * Context: any; in the kernel RCU read side, also while the counts change.
 */
bool inetx_mc_passes(const struct inetx_mc_filter *filter, __be32 saddr)
{
	u32 i, n = READ_ONCE(filter->n);

	for (i = 0; i < n; i++)
		if (filter->src[i].addr == saddr)
			return listed(filter, &filter->src[i]) ==
			       !READ_ONCE(filter->exclude);
	return READ_ONCE(filter->exclude);
}

/**
 * inetx_mc_missing - entries that a change needs and that are not there
 * @filter: the merged filter
 * @delta: the change
 *
 * Return: their number, or more where @delta names a source twice.
 */
u32 inetx_mc_missing(const struct inetx_mc_filter *filter,
		     const struct inetx_mc_delta *delta)
{
	u32 i, missing = 0;

	for (i = 0; i < delta->nadd; i++)
		missing += !find((struct inetx_mc_filter *)filter,
				 delta->add[i]);
	return missing;
}

/**
 * inetx_mc_copy - copy a filter, without the sources that nobody needs
 * @to: zeroed but for its room, which is not less than the sources of @from
 * @from: the filter
 *
 * A source is needed as long as a membership names it or its change is still to
 * be reported.
 */
void inetx_mc_copy(struct inetx_mc_filter *to,
		   const struct inetx_mc_filter *from)
{
	const struct inetx_mc_source *src;
	u32 i;

	to->exclude = from->exclude;
	for (i = 0; i < from->n; i++) {
		src = &from->src[i];
		if (src->inc || src->exc || src->left)
			to->src[to->n++] = *src;
	}
}

static void count(struct inetx_mc_source *src, bool exclude, int by)
{
	if (exclude)
		WRITE_ONCE(src->exc, src->exc + by);
	else
		WRITE_ONCE(src->inc, src->inc + by);
}

/**
 * inetx_mc_apply - count a change of memberships
 * @filter: the filter; has room for what inetx_mc_missing() said
 * @delta: the change
 * @robustness: how often to report what changes by that, 0 for not at all
 *
 * Marks what has to be reported: with a new mode goes the whole list, so the
 * changes of single sources before it need no report any more.
 *
 * Return: what became of the state of the interface.
 */
enum inetx_mc_effect inetx_mc_apply(struct inetx_mc_filter *filter,
				    const struct inetx_mc_delta *delta,
				    u8 robustness)
{
	enum inetx_mc_effect effect = INETX_MC_SAME;
	bool mode = filter->exclude;
	struct inetx_mc_source *src;
	u32 i;

	for (i = 0; i < filter->n; i++)
		filter->src[i].was = listed(filter, &filter->src[i]);

	for (i = 0; i < delta->nadd; i++) {
		src = find(filter, delta->add[i]);
		if (!src) {
			src = &filter->src[filter->n];
			*src = (struct inetx_mc_source){ delta->add[i] };
			filter->n++;
		}
		count(src, delta->add_exclude, 1);
	}
	WRITE_ONCE(filter->exclude, filter->exclude + delta->exclude);
	for (i = 0; i < delta->ndel; i++) {
		src = find(filter, delta->del[i]);
		if (src)
			count(src, delta->del_exclude, -1);
	}

	if (mode != !!filter->exclude)
		effect = INETX_MC_MODE;
	for (i = 0; i < filter->n; i++) {
		src = &filter->src[i];
		if (effect == INETX_MC_MODE) {
			src->left = 0;
		} else if (src->was != listed(filter, src)) {
			src->left = robustness;
			effect = INETX_MC_SOURCES;
		}
	}
	return effect;
}

/**
 * inetx_mc_mark - a query asks for sources (RFC 3376 5.2)
 * @filter: the filter
 * @asked: the sources, network order
 * @n: how many, more than 0
 * @all: set if the whole state answers the query, as it does in EXCLUDE mode,
 *	where also sources that no membership names are wanted
 *
 * Marks of earlier queries stay: one answer serves them all.
 *
 * Return: whether there is anything to answer.
 */
bool inetx_mc_mark(struct inetx_mc_filter *filter, const __be32 *asked, u32 n,
		   bool *all)
{
	struct inetx_mc_source *src;
	bool answer = false;
	u32 i;

	*all = filter->exclude;
	for (i = 0; i < n; i++) {
		src = find(filter, asked[i]);
		if (filter->exclude) {
			answer |= !src || !listed(filter, src);
		} else if (src && listed(filter, src)) {
			src->marked = true;
			answer = true;
		}
	}
	return answer;
}

/**
 * inetx_mc_in_record - does a source belong in a group record?
 * @filter: the filter
 * @i: index of the source
 * @type: IGMPV3_*, and 0 for MODE_IS_INCLUDE of the sources that were marked
 */
bool inetx_mc_in_record(const struct inetx_mc_filter *filter, u32 i, u8 type)
{
	const struct inetx_mc_source *src = &filter->src[i];
	bool wanted = listed(filter, src) == !filter->exclude;

	switch (type) {
	case IGMPV3_ALLOW_NEW_SOURCES:
		return src->left && wanted;
	case IGMPV3_BLOCK_OLD_SOURCES:
		return src->left && !wanted;
	case 0:
		return src->marked && wanted;
	default:
		return listed(filter, src);
	}
}

/**
 * inetx_mc_sent - the changes of the sources were reported once
 * @filter: the filter
 */
void inetx_mc_sent(struct inetx_mc_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		if (filter->src[i].left)
			filter->src[i].left--;
}

/**
 * inetx_mc_forget - changes are not to be reported any more
 * @filter: the filter
 */
void inetx_mc_forget(struct inetx_mc_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		filter->src[i].left = 0;
}

/**
 * inetx_mc_unmark - the queries for sources were answered
 * @filter: the filter
 */
void inetx_mc_unmark(struct inetx_mc_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		filter->src[i].marked = 0;
}

/**
 * inetx_mc_renew - report the whole state, as if nobody had heard of it
 * @filter: the filter
 * @robustness: how often
 *
 * Return: whether the mode is to be reported, too.
 */
bool inetx_mc_renew(struct inetx_mc_filter *filter, u8 robustness)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		filter->src[i].left = !filter->exclude &&
				      listed(filter, &filter->src[i]) ?
				      robustness : 0;
	return filter->exclude;
}

/**
 * inetx_mc_pending - are there changes of sources to report?
 * @filter: the filter
 */
bool inetx_mc_pending(const struct inetx_mc_filter *filter)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		if (filter->src[i].left)
			return true;
	return false;
}
