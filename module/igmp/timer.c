// SPDX-License-Identifier: GPL-2.0
/*
 * When something is to be said (RFC 3376 5, RFC 2236 3): one timer for each
 * device, which runs out at the first of all that is due.
 */

#include <linux/inetdevice.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "igmp/internal.h"

static bool forced(const struct inetx_dev *xdev, int version)
{
	return INETX_CONF(&xdev->xnet->link.conf_all,
			  FORCE_IGMP_VERSION) == version ||
	       INETX_CONF(&xdev->conf, FORCE_IGMP_VERSION) == version;
}

static bool present(unsigned long until)
{
	return until && time_before(jiffies, until);
}

/**
 * inetx_igmp_version - the version of the protocol spoken on a device
 * @xdev: the device
 *
 * That of the oldest querier heard of late (RFC 3376 7.2.1), or
 * force_igmp_version.
 *
 * Context: any.
 * Return: 1, 2 or 3.
 */
int inetx_igmp_version(const struct inetx_dev *xdev)
{
	if (forced(xdev, 1) || present(READ_ONCE(xdev->igmp.v1_until)))
		return 1;
	if (forced(xdev, 2) || present(READ_ONCE(xdev->igmp.v2_until)))
		return 2;
	return 3;
}

/**
 * inetx_igmp_reported - do reports go out for a group?
 * @xdev: the device
 * @group: network order
 *
 * Not for 224.0.0.1 (RFC 3376 6), nor on a loopback device, where there is
 * nobody to tell; for 224.0.0.0/24 if igmp_link_local_mcast_reports says so.
 *
 * Context: any.
 */
bool inetx_igmp_reported(const struct inetx_dev *xdev, __be32 group)
{
	return group != IGMP_ALL_HOSTS &&
	       !(xdev->dev->flags & IFF_LOOPBACK) &&
	       (!ipv4_is_local_multicast(group) ||
		READ_ONCE(xdev->xnet->igmp.sysctl_llm_reports));
}

/**
 * inetx_igmp_robustness - how often a change is reported (RFC 3376 8.1)
 * @xdev: the device, its igmp.lock held
 */
u8 inetx_igmp_robustness(const struct inetx_dev *xdev)
{
	int qrv = READ_ONCE(xdev->xnet->igmp.sysctl_qrv);

	return xdev->igmp.qrv ? xdev->igmp.qrv : min(qrv, U8_MAX);
}

/**
 * inetx_igmp_random - a random delay
 * @max: jiffies
 *
 * Return: jiffies, below @max if that is not 0.
 */
unsigned long inetx_igmp_random(unsigned long max)
{
	return prandom_u32_max(max);
}

/**
 * inetx_igmp_arm - something is due at a time
 * @xdev: the device, its igmp.lock held
 * @due: jiffies
 */
void inetx_igmp_arm(struct inetx_dev *xdev, unsigned long due)
{
	if (!xdev->igmp.gone)
		timer_reduce(&xdev->igmp.timer, due);
}

/* [Unsolicited Report Interval] of the version spoken, jiffies. */
static unsigned long interval(const struct inetx_dev *xdev)
{
	int ms = inetx_igmp_version(xdev) < 3 ?
		 INETX_CONF(&xdev->conf, IGMPV2_UNSOLICITED_REPORT_INTERVAL) :
		 INETX_CONF(&xdev->conf, IGMPV3_UNSOLICITED_REPORT_INTERVAL);

	return ms > 0 ? msecs_to_jiffies(ms) : 1;
}

/**
 * inetx_igmp_changed - filters have changed: report it soon and again
 * @xdev: the device, its igmp.lock held
 */
void inetx_igmp_changed(struct inetx_dev *xdev)
{
	struct inetx_igmp_dev *id = &xdev->igmp;

	id->changes = inetx_igmp_robustness(xdev);
	id->change_due = jiffies + 2;
	inetx_igmp_arm(xdev, id->change_due);
}

/**
 * inetx_igmp_unsolicited - a group was joined: report it soon and again
 * @group: its device's igmp.lock held, the version is 1 or 2
 */
void inetx_igmp_unsolicited(struct inetx_group *group)
{
	group->unsolicited = inetx_igmp_robustness(group->xdev);
	group->running = true;
	group->due = jiffies + 2;
	inetx_igmp_arm(group->xdev, group->due);
}

/**
 * inetx_igmp_group_stop - nothing is to be said of a group for now
 * @group: its device's igmp.lock held
 */
void inetx_igmp_group_stop(struct inetx_group *group)
{
	group->running = false;
	group->reporter = false;
	group->unsolicited = 0;
}

/* A departed group is over when all has been said. */
static void free_departed(struct inetx_dev *xdev)
{
	struct inetx_group *group, *next;
	struct inetx_mc_filter *filter;

	list_for_each_entry_safe(group, next, &xdev->igmp.departed, list) {
		filter = inetx_group_filter(group);
		if (group->mode_left || inetx_mc_pending(filter))
			continue;
		list_del(&group->list);
		kvfree_rcu(filter, rcu);
		kfree_rcu(group, rcu);
	}
}

/**
 * inetx_igmp_forget_changes - changes are not to be reported any more
 * @xdev: the device, its igmp.lock held
 */
void inetx_igmp_forget_changes(struct inetx_dev *xdev)
{
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group;

	id->changes = 0;
	list_for_each_entry(group, &id->groups, list) {
		group->mode_left = 0;
		inetx_mc_forget(inetx_group_filter(group));
	}
	list_for_each_entry(group, &id->departed, list) {
		group->mode_left = 0;
		inetx_mc_forget(inetx_group_filter(group));
	}
	free_departed(xdev);
}

/* The report of one group is due. */
static void group_due(struct inetx_group *group, struct sk_buff_head *out)
{
	group->running = false;
	inetx_report_group(group, out);
	group->reporter = true;
	if (group->unsolicited && --group->unsolicited) {
		group->running = true;
		group->due = jiffies + 2 +
			     inetx_igmp_random(interval(group->xdev));
	}
}

/**
 * inetx_igmp_timer - say all that is due
 * @timer: of a device
 *
 * Context: softirq.
 */
void inetx_igmp_timer(struct timer_list *timer)
{
	struct inetx_igmp_dev *id = from_timer(id, timer, timer);
	struct inetx_dev *xdev = container_of(id, struct inetx_dev, igmp);
	unsigned long now = jiffies;
	struct inetx_group *group;
	struct sk_buff_head out;

	__skb_queue_head_init(&out);
	spin_lock(&id->lock);
	if (id->gone) {
		spin_unlock(&id->lock);
		return;
	}
	if (id->general && time_after_eq(now, id->general_due)) {
		id->general = false;
		inetx_report_all(xdev, &out);
	}
	if (id->changes && time_after_eq(now, id->change_due)) {
		inetx_report_changes(xdev, &out);
		id->change_due = now + 2 + inetx_igmp_random(interval(xdev));
		if (--id->changes)
			free_departed(xdev);
		else
			inetx_igmp_forget_changes(xdev);
	}
	if (id->general)
		inetx_igmp_arm(xdev, id->general_due);
	if (id->changes)
		inetx_igmp_arm(xdev, id->change_due);
	list_for_each_entry(group, &id->groups, list) {
		if (group->running && time_after_eq(now, group->due))
			group_due(group, &out);
		if (group->running)
			inetx_igmp_arm(xdev, group->due);
	}
	spin_unlock(&id->lock);

	inetx_report_send(xdev, &out);
}
