// SPDX-License-Identifier: GPL-2.0
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "program.h"

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
	if ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
	    st.st_gid != getgid())
		return true;
	return getuid() && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

/* Both sizes of header have the fields that are needed, at other offsets. */
static bool is_static(int fd, const unsigned char *ident)
{
	bool wide = ident[EI_CLASS] == ELFCLASS64;
	Elf64_Ehdr e64;
	Elf32_Ehdr e32;
	unsigned int count, i;
	size_t entry;
	off_t offset;

	if (wide) {
		if (pread(fd, &e64, sizeof(e64), 0) != sizeof(e64))
			return false;
		offset = e64.e_phoff;
		entry = e64.e_phentsize;
		count = e64.e_phnum;
	} else {
		if (pread(fd, &e32, sizeof(e32), 0) != sizeof(e32))
			return false;
		offset = e32.e_phoff;
		entry = e32.e_phentsize;
		count = e32.e_phnum;
	}
	for (i = 0; i < count; i++) {
		/* p_type comes first in both. */
		Elf64_Word type;

		if (pread(fd, &type, sizeof(type), offset + i * entry) !=
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
		if (n >= EI_NIDENT && !memcmp(head, ELFMAG, SELFMAG)) {
			if (is_static(fd, (unsigned char *)head))
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
