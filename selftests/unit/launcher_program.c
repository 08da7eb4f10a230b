// SPDX-License-Identifier: GPL-2.0
/* What inetx-run finds out about the program it is to run. */
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "tools/program.h"

FIXTURE(dir) {
	char path[64];
};

FIXTURE_SETUP(dir)
{
	strcpy(self->path, "/tmp/launcher.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->path));
	ASSERT_EQ(0, chdir(self->path));
}

FIXTURE_TEARDOWN(dir)
{
	static const char * const file[] = {
		"prog", "script", "chain", "loop", "ld.so",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(file); i++)
		unlink(file[i]);
	ASSERT_EQ(0, chdir("/"));
	ASSERT_EQ(0, rmdir(self->path));
}

static void put(struct __test_metadata *_metadata, const char *name,
		const void *data, size_t len, int mode)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0700);

	ASSERT_LE(0, fd);
	ASSERT_EQ(len, write(fd, data, len));
	ASSERT_EQ(0, fchmod(fd, mode));
	ASSERT_EQ(0, close(fd));
}

/* Two program headers, PT_LOAD and @type, behind the file's; see elf(5). */
static void put_elf_class(struct __test_metadata *_metadata, const char *name,
			  int class, int type, int mode)
{
	bool wide = class == ELFCLASS64;
	int head = wide ? 64 : 52;
	int size = wide ? 56 : 32;
	char file[256] = ELFMAG;

	file[EI_CLASS] = class;
	file[wide ? 32 : 28] = head;
	file[wide ? 54 : 42] = size;
	file[wide ? 56 : 44] = 2;
	file[head] = PT_LOAD;
	file[head + size] = type;
	put(_metadata, name, file, sizeof(file), mode);
}

static void put_elf(struct __test_metadata *_metadata, const char *name,
		    int type, int mode)
{
	put_elf_class(_metadata, name, ELFCLASS64, type, mode);
}

TEST_F(dir, linkage)
{
	put_elf(_metadata, "prog", PT_INTERP, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("prog"));
	put_elf(_metadata, "prog", PT_NOTE, 0700);
	EXPECT_EQ(INETX_PROGRAM_STATIC, inetx_program_check("prog"));
	put_elf_class(_metadata, "prog", ELFCLASS32, PT_INTERP, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("prog"));
	put_elf_class(_metadata, "prog", ELFCLASS32, PT_NOTE, 0700);
	EXPECT_EQ(INETX_PROGRAM_STATIC, inetx_program_check("prog"));
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("/bin/sh"));
}

TEST_F(dir, privileges)
{
	put_elf(_metadata, "prog", PT_INTERP, 04755);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("prog"));
	if (geteuid())
		SKIP(return, "only root can make another user's program");
	ASSERT_EQ(0, chown("prog", 12345, 12345));
	ASSERT_EQ(0, chmod("prog", 04755));
	EXPECT_EQ(INETX_PROGRAM_SECURE, inetx_program_check("prog"));
	ASSERT_EQ(0, chmod("prog", 02755));
	EXPECT_EQ(INETX_PROGRAM_SECURE, inetx_program_check("prog"));
	ASSERT_EQ(0, chmod("prog", 02745));
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("prog"));
}

TEST_F(dir, scripts)
{
	char line[128];

	put_elf(_metadata, "prog", PT_NOTE, 0700);
	snprintf(line, sizeof(line), "#! %s/prog -x\n", self->path);
	put(_metadata, "script", line, strlen(line), 0700);
	EXPECT_EQ(INETX_PROGRAM_STATIC, inetx_program_check("script"));
	snprintf(line, sizeof(line), "#!%s/script\n", self->path);
	put(_metadata, "chain", line, strlen(line), 0700);
	EXPECT_EQ(INETX_PROGRAM_STATIC, inetx_program_check("chain"));
	snprintf(line, sizeof(line), "#!%s/loop\n", self->path);
	put(_metadata, "loop", line, strlen(line), 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("loop"));
	put(_metadata, "script", "#!", 2, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("script"));
	put(_metadata, "script", "#!\n", 3, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("script"));
	put(_metadata, "script", "", 0, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("script"));
	put(_metadata, "script", ELFMAG, SELFMAG, 0700);
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("script"));
	EXPECT_EQ(INETX_PROGRAM_OK, inetx_program_check("nowhere"));
}

TEST_F(dir, find)
{
	char path[PATH_MAX], want[PATH_MAX];

	put_elf(_metadata, "prog", PT_INTERP, 0700);
	snprintf(want, sizeof(want), "%s/prog", self->path);
	ASSERT_EQ(0, setenv("PATH", "/nowhere:/bin", 1));
	EXPECT_FALSE(inetx_program_find("prog", path, sizeof(path)));
	EXPECT_TRUE(inetx_program_find("./prog", path, sizeof(path)));
	EXPECT_STREQ("./prog", path);
	EXPECT_TRUE(inetx_program_find("sh", path, sizeof(path)));
	EXPECT_STREQ("/bin/sh", path);
	ASSERT_EQ(0, setenv("PATH", "/nowhere::/bin", 1));
	EXPECT_TRUE(inetx_program_find("prog", path, sizeof(path)));
	EXPECT_STREQ("./prog", path);
	ASSERT_EQ(0, setenv("PATH", self->path, 1));
	EXPECT_TRUE(inetx_program_find("prog", path, sizeof(path)));
	EXPECT_STREQ(want, path);
	EXPECT_FALSE(inetx_program_find("prog", path, strlen(want)));
	ASSERT_EQ(0, chmod("prog", 0600));
	EXPECT_FALSE(inetx_program_find("prog", path, sizeof(path)));
}

TEST_HARNESS_MAIN
