/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of libinetx-run.so share. */
#ifndef INETX_RUN_PRELOAD_H
#define INETX_RUN_PRELOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "netlink.h"

/* A function of the C library's that this library stands in front of. */
#define INETX_EXPORT	__attribute__((visibility("default")))

/**
 * struct inetx_run - what the launcher decided, constant after the first use
 * @family: the number of AF_INETX in force; AF_INET makes every mapping the
 *	identity (tests)
 * @verbose: say on standard error what is mapped
 * @ipv6: leave AF_INET6 sockets to the host instead of refusing them
 */
struct inetx_run {
	int family;
	bool verbose;
	bool ipv6;
};

const struct inetx_run *inetx_run(void);
void inetx_run_say(const char *format, ...) __printf(1, 2);
void *inetx_run_next(void **slot, const char *name);

/* The function @name as the next object in search order defines it. */
#define INETX_REAL(name) ({						\
	static void *slot_;						\
	(__typeof__(name) *)inetx_run_next(&slot_, #name);		\
})

bool inetx_run_is_ours(int fd);
enum inetx_nl inetx_run_nl_kind(int fd);
void inetx_run_nl_note(int fd);

#endif /* INETX_RUN_PRELOAD_H */
