// SPDX-License-Identifier: GPL-2.0
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <linux/types.h>

#include "program.h"

#define LITTLE	(__BYTE_ORDER == __LITTLE_ENDIAN)
/* The longer of the two ELF headers. */
#define EHDR_SIZE	64

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/**
 * inetx_program_find() - find the file that execvp() would take
 * @name: command as given
 * @path: receives the file's path
 * @size: bytes at @path
 *
 * Return: false if there is none, or its path is too long.
 */
bool inetx_program_find(const char *name, char *path, size_t size)
{
	const char *dirs = getenv("PATH");
	int n;

	if (strchr(name, '/')) {
		n = snprintf(path, size, "%s", name);
		return n >= 0 && (size_t)n < size && is_program(path);
	}
	if (!dirs)
		dirs = "/bin:/usr/bin";
	for (;;) {
		size_t len = strcspn(dirs, ":");

		n = snprintf(path, size, "%.*s/%s", len ? (int)len : 1,
			     len ? dirs : ".", name);
		if (n >= 0 && (size_t)n < size && is_program(path))
			return true;
		if (!dirs[len])
			return false;
		dirs += len + 1;
	}
}

static bool gives_privileges(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	if (st.st_mode & S_ISUID && st.st_uid != getuid())
		return true;
	/* Without the right to execute, the bit means locking. */
	if ((st.st_mode & 02010) == 02010 &&
	    st.st_gid != getgid())
		return true;
	return getuid() && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

static __u64 field(const char *head, size_t offset, size_t size)
{
	__u64 value = 0;

	/* Programs of this machine have its byte order. */
	memcpy((char *)&value + (LITTLE ? 0 : sizeof(value) - size),
	       head + offset, size);
	return value;
}

/* A program without an interpreter has no dynamic linker.  Offsets: elf(5). */
static bool is_static(int fd, const char *head)
{
	bool wide = head[EI_CLASS] == ELFCLASS64;
	__u64 table = field(head, wide ? 32 : 28, wide ? 8 : 4);
	__u64 size = field(head, wide ? 54 : 42, 2);
	__u64 count = field(head, wide ? 56 : 44, 2);
	__u64 i;

	for (i = 0; i < count; i++) {
		/* p_type comes first in both sizes. */
		__u32 type;

		if (pread(fd, &type, sizeof(type), table + i * size) !=
		    sizeof(type))
			return false;
		if (type == PT_INTERP)
			return false;
	}
	return true;
}

/* "#!INTERPRETER ARGUMENT": the interpreter's path into @path. */
static bool interpreter(char *line, char *path, size_t size)
{
	char *name = line + strlen("#!");
	int n;

	name += strspn(name, " \t");
	name[strcspn(name, " \t\r\n")] = '\0';
	n = snprintf(path, size, "%s", name);
	return *name && n >= 0 && (size_t)n < size;
}

/**
 * inetx_program_check() - will the dynamic linker load our library into it?
 * @path: the program's file; a script stands for its interpreter, whose
 *	file's privileges are the ones that count
 *
 * Return: what stands against it; a file that cannot be read counts as OK.
 */
enum inetx_program inetx_program_check(const char *path)
{
	enum inetx_program ret = INETX_PROGRAM_OK;
	char next[PATH_MAX];
	int depth;

	/* The kernel follows no more interpreters than this either. */
	for (depth = 0; depth < 5; depth++) {
		char head[256] = "";
		bool script = false;
		ssize_t n;
		int fd;

		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return INETX_PROGRAM_OK;
		n = read(fd, head, sizeof(head) - 1);
		if (n >= EHDR_SIZE && !memcmp(head, ELFMAG, SELFMAG)) {
			if (is_static(fd, head))
				ret = INETX_PROGRAM_STATIC;
			else if (gives_privileges(fd))
				ret = INETX_PROGRAM_SECURE;
		} else if (n > 2 && !memcmp(head, "#!", 2)) {
			script = interpreter(head, next, sizeof(next));
		}
		close(fd);
		if (!script)
			return ret;
		path = next;
	}
	return ret;
}
