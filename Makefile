# SPDX-License-Identifier: GPL-2.0
#
# inetx: the kernel module (its objects are listed in Kbuild), the launcher,
# the tests. "make help" tells what there is.

# Kernel of the virtual machine: stock (Debian's 6.1) or debug.
KERNEL	?= stock
# Kernel that "make" builds the module for: the running one's headers, else
# the newest installed.
KDIR	?= $(shell scripts/where kdir)
# Tests that "make check" runs, as shell patterns.
TESTS	?= *
JOBS	?= $(shell nproc)

# Type information for modules needs the kernel's vmlinux, which no package of
# headers has: without this the build says so each time.
NO_BTF	:= CONFIG_DEBUG_INFO_BTF_MODULES=

export KERNEL TESTS

ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(JOBS)
endif

all: module tools

ifeq ($(KERNEL),debug)
# Built in a place of its own, so that the stock module stays.
module:
	@scripts/build-module debug
else ifeq ($(KERNEL),stock)
module:
	@test -n "$(KDIR)"
	@$(MAKE) -s -C $(KDIR) M=$(CURDIR) W=1 $(NO_BTF) modules
else
$(error KERNEL=$(KERNEL): neither stock nor debug)
endif

tools:
	@$(MAKE) -s -C tools

selftests:
	@$(MAKE) -s -C selftests KSELFTEST=$$(scripts/where kselftest)

style:
	@scripts/style

check:
	@scripts/deps && scripts/check

check-long:
	@scripts/deps && INETX_LONG=1 scripts/check

run:
	@scripts/demo

bench:
	@scripts/deps && scripts/bench

install-deps:
	@scripts/deps

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install
	$(MAKE) -C tools install

clean:
	@$(MAKE) -s -C tools clean
	@$(MAKE) -s -C selftests clean
	@test ! -e selftests/unit/Makefile || $(MAKE) -s -C selftests/unit clean
	@$(MAKE) -s -C $(KDIR) M=$(CURDIR) clean
	@rm -rf out

help:
	@echo 'make                 inetx.ko and tools/inetx-run'
	@echo 'make run             see it work in a virtual machine'
	@echo 'make check           all tests; KERNEL=debug, TESTS="udp nic*"'
	@echo 'make check-long      the runs that need hours'
	@echo 'make bench           costs beside those of AF_INET'
	@echo 'make style           the static gate'
	@echo 'make install-deps    the Debian packages all of these need'
	@echo 'make install         module and launcher, on this machine'
	@echo 'make clean'

.PHONY: all module tools selftests style check check-long run bench
.PHONY: install-deps install clean help
