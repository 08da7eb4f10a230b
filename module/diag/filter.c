// SPDX-License-Identifier: GPL-2.0
/*
 * The filter bytecode of inet_diag: forward jumps over conditions, ending in a
 * match at exactly the length of the code and in a miss four bytes behind it.
 */

#include <linux/inet_diag.h>
#include <net/netlink.h>

#include "diag/diag.h"

/* Length of an operation with its operands in bytes; 0 for an unknown one. */
static int op_len(const struct inet_diag_bc_op *op, int left)
{
	const struct inet_diag_hostcond *cond = (const void *)(op + 1);
	int len = sizeof(*op);

	switch (op->code) {
	case INET_DIAG_BC_NOP:
	case INET_DIAG_BC_JMP:
	case INET_DIAG_BC_AUTO:
		return len;
	case INET_DIAG_BC_S_GE:
	case INET_DIAG_BC_S_LE:
	case INET_DIAG_BC_S_EQ:
	case INET_DIAG_BC_D_GE:
	case INET_DIAG_BC_D_LE:
	case INET_DIAG_BC_D_EQ:
		/* the port is in the "no" field of a second operation */
		return len + sizeof(*op);
	case INET_DIAG_BC_DEV_COND:
		return len + sizeof(u32);
	case INET_DIAG_BC_MARK_COND:
		return len + sizeof(struct inet_diag_markcond);
	case INET_DIAG_BC_CGROUP_COND:
		return len + sizeof(u64);
	case INET_DIAG_BC_S_COND:
	case INET_DIAG_BC_D_COND:
		len += sizeof(*cond);
		if (left < len)
			return len;
		if (cond->family == AF_INET6)
			return len + sizeof(struct in6_addr);
		return len + sizeof(__be32);
	default:
		return 0;
	}
}

static bool hostcond_ok(const struct inet_diag_bc_op *op)
{
	const struct inet_diag_hostcond *cond = (const void *)(op + 1);

	if (op->code != INET_DIAG_BC_S_COND && op->code != INET_DIAG_BC_D_COND)
		return true;
	if (cond->family == AF_INET6)
		return cond->prefix_len <= 128;
	if (cond->family != AF_UNSPEC && !inetx_af_ok(cond->family))
		return false;
	return cond->prefix_len <= 32;
}

/* Does a walk over the code arrive exactly at @target bytes from its end? */
static bool jump_lands(const void *code, int len, int target)
{
	while (len >= 0) {
		const struct inet_diag_bc_op *op = code;

		if (target > len)
			return false;
		if (target == len)
			return true;
		if (op->yes < 4 || op->yes & 3)
			return false;
		len -= op->yes;
		code += op->yes;
	}
	return false;
}

/**
 * inetx_diag_bytecode_check - may this code be run
 * @bytecode: INET_DIAG_REQ_BYTECODE
 * @net_admin: the asker has CAP_NET_ADMIN, which a condition on marks needs
 *
 * Context: process.
 * Return: 0, -EINVAL for broken code, -EPERM for a condition that is not the
 * asker's to use.
 */
int inetx_diag_bytecode_check(const struct nlattr *bytecode, bool net_admin)
{
	const void *code = nla_data(bytecode), *pos = code;
	int total = nla_len(bytecode), left = total;

	while (left > 0) {
		const struct inet_diag_bc_op *op = pos;
		int len;

		if (left < (int)sizeof(*op))
			return -EINVAL;
		len = op_len(op, left);
		if (!len || left < len || !hostcond_ok(op))
			return -EINVAL;
		if (op->code == INET_DIAG_BC_MARK_COND && !net_admin)
			return -EPERM;

		/* A miss may end four bytes behind the code, a match may not. */
		if (op->code != INET_DIAG_BC_NOP) {
			if (op->no < len || op->no > left + 4 || op->no & 3)
				return -EINVAL;
			if (op->no < left &&
			    !jump_lands(code, total, left - op->no))
				return -EINVAL;
		}
		if (op->yes < len || op->yes > left + 4 || op->yes & 3)
			return -EINVAL;
		pos += op->yes;
		left -= op->yes;
	}
	return left == 0 ? 0 : -EINVAL;
}

static bool match_host(const struct inet_diag_hostcond *cond, __be32 addr,
		       u16 port)
{
	__be32 mask;

	if (cond->port != -1 && cond->port != port)
		return false;
	if (cond->family == AF_INET6) {
		/* ::ffff:a.b.c.d/96+n is the address a.b.c.d/n */
		if (cond->prefix_len == 0)
			return true;
		if (cond->addr[0] || cond->addr[1] ||
		    cond->addr[2] != htonl(0xffff) || cond->prefix_len < 96)
			return false;
		mask = cond->prefix_len == 96 ? 0 :
		       htonl(~0U << (128 - cond->prefix_len));
		return !((cond->addr[3] ^ addr) & mask);
	}
	if (cond->prefix_len == 0)
		return true;
	mask = htonl(~0U << (32 - cond->prefix_len));
	return !((cond->addr[0] ^ addr) & mask);
}

static bool op_holds(const struct inet_diag_bc_op *op,
		     const struct inetx_diag_entry *entry)
{
	const struct inet_diag_markcond *mark = (const void *)(op + 1);
	u64 cgroup_id;

	switch (op->code) {
	case INET_DIAG_BC_NOP:
		return true;
	case INET_DIAG_BC_S_GE:
		return entry->sport >= op[1].no;
	case INET_DIAG_BC_S_LE:
		return entry->sport <= op[1].no;
	case INET_DIAG_BC_S_EQ:
		return entry->sport == op[1].no;
	case INET_DIAG_BC_D_GE:
		return entry->dport >= op[1].no;
	case INET_DIAG_BC_D_LE:
		return entry->dport <= op[1].no;
	case INET_DIAG_BC_D_EQ:
		return entry->dport == op[1].no;
	case INET_DIAG_BC_AUTO:
		return !(entry->userlocks & SOCK_BINDPORT_LOCK);
	case INET_DIAG_BC_S_COND:
		return match_host((const void *)(op + 1), entry->saddr,
				  entry->sport);
	case INET_DIAG_BC_D_COND:
		return match_host((const void *)(op + 1), entry->daddr,
				  entry->dport);
	case INET_DIAG_BC_DEV_COND:
		return *(const u32 *)(op + 1) == entry->ifindex;
	case INET_DIAG_BC_MARK_COND:
		return (entry->mark & mark->mask) == mark->mark;
	case INET_DIAG_BC_CGROUP_COND:
		memcpy(&cgroup_id, op + 1, sizeof(cgroup_id));
		return cgroup_id == entry->cgroup_id;
	default:	/* INET_DIAG_BC_JMP */
		return false;
	}
}

/**
 * inetx_diag_bytecode_run - does a socket pass the filter
 * @bytecode: code that inetx_diag_bytecode_check() has accepted
 * @entry: the socket
 *
 * Context: any.
 */
bool inetx_diag_bytecode_run(const struct nlattr *bytecode,
			     const struct inetx_diag_entry *entry)
{
	const void *pos = nla_data(bytecode);
	int left = nla_len(bytecode);

	while (left > 0) {
		const struct inet_diag_bc_op *op = pos;
		int step = op_holds(op, entry) ? op->yes : op->no;

		pos += step;
		left -= step;
	}
	return left == 0;
}
