/* SPDX-License-Identifier: GPL-2.0 */
/* Private to the IGMP room. */
#ifndef _INETX_IGMP_INTERNAL_H
#define _INETX_IGMP_INTERNAL_H

#include "igmp/igmp.h"

/* RFC 3376 8.2, 8.3: until a querier says otherwise */
#define INETX_IGMP_QI		(125 * HZ)
#define INETX_IGMP_QRI		(10 * HZ)

/* group.c: process context, the namespace's igmp.lock held */
struct inetx_dev *inetx_group_dev(struct inetx_net *xnet, int ifindex);
int inetx_group_change(struct inetx_dev *xdev, __be32 addr, int users,
		       const struct inetx_mc_delta *delta);
/* Attach or detach a device without addresses of ours; RTNL not held, no other
 * lock either.
 */
void inetx_group_settle(struct inetx_net *xnet, int ifindex);

static inline struct inetx_mc_filter *
inetx_group_filter(const struct inetx_group *group)
{
	return rcu_dereference_protected(group->filter,
					 lockdep_is_held(&group->xdev->igmp.lock));
}

/* timer.c: the device's igmp.lock held */
u8 inetx_igmp_robustness(const struct inetx_dev *xdev);
unsigned long inetx_igmp_random(unsigned long max);
void inetx_igmp_arm(struct inetx_dev *xdev, unsigned long due);
void inetx_igmp_changed(struct inetx_dev *xdev);
void inetx_igmp_unsolicited(struct inetx_group *group);
void inetx_igmp_group_stop(struct inetx_group *group);
void inetx_igmp_forget_changes(struct inetx_dev *xdev);
void inetx_igmp_timer(struct timer_list *timer);

/* member.c: process context, socket lock held */
int inetx_member_join(struct sock *sk, struct ip_mreqn *mreq, bool exclude);
int inetx_member_leave(struct sock *sk, struct ip_mreqn *mreq);
int inetx_member_source(struct sock *sk, const struct ip_mreqn *mreq,
			__be32 source, bool exclude, bool add);
int inetx_member_filter(struct sock *sk, const struct ip_mreqn *mreq,
			bool exclude, const __be32 *sources, u32 n);
int inetx_member_find(struct sock *sk, struct ip_mreqn *mreq, bool resolve,
		      const struct ip_mc_socklist **found);

/* report.c: the device's igmp.lock held; what is to be sent is put in @out, for
 * inetx_report_send() without the lock, RCU read side
 */
void inetx_report_group(struct inetx_group *group, struct sk_buff_head *out);
void inetx_report_all(struct inetx_dev *xdev, struct sk_buff_head *out);
void inetx_report_changes(struct inetx_dev *xdev, struct sk_buff_head *out);
void inetx_report_leave(struct inetx_group *group, struct sk_buff_head *out);
void inetx_report_send(struct inetx_dev *xdev, struct sk_buff_head *out);

#endif /* _INETX_IGMP_INTERNAL_H */
