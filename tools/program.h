/* SPDX-License-Identifier: GPL-2.0 */
/* Will the dynamic linker load our library into a program? */
#ifndef INETX_RUN_PROGRAM_H
#define INETX_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum inetx_program - what keeps the library out of a program
 * @INETX_PROGRAM_OK: nothing that can be seen from its file
 * @INETX_PROGRAM_STATIC: statically linked, there is no dynamic linker
 * @INETX_PROGRAM_SECURE: its file gives it privileges (set-user-ID,
 *	set-group-ID, capabilities), so the dynamic linker ignores LD_PRELOAD
 */
enum inetx_program {
	INETX_PROGRAM_OK,
	INETX_PROGRAM_STATIC,
	INETX_PROGRAM_SECURE,
};

bool inetx_program_find(const char *name, char *path, size_t size);
enum inetx_program inetx_program_check(const char *path);

#endif /* INETX_RUN_PROGRAM_H */
