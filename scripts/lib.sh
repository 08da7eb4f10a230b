# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the scripts of this directory share. Sourced, never run.

# Where modprobe and modinfo are, for callers who are not root.
PATH=$PATH:/usr/sbin:/sbin

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

say()
{
	echo "${0##*/}: $*" >&2
}

# Everything large or rebuilt lives here, outside the repository.
cache_dir()
{
	local dir=${XDG_CACHE_HOME:-$HOME/.cache}/inetx

	mkdir -p "$dir" || die "cannot create $dir: set XDG_CACHE_HOME"
	echo "$dir"
}

# The newest installed kernel of the target series, as a release string.
target_release()
{
	local image best
	best=$(for image in /boot/vmlinuz-6.1.*-amd64; do
		[ -e "$image" ] && echo "${image#/boot/vmlinuz-}"
	done | sort -V | tail -n 1)
	[ -n "$best" ] || die \
		"no 6.1 kernel image in /boot: run scripts/deps (package linux-image-amd64)"
	echo "$best"
}

# The KDIR that modules are built against when the caller names none: the
# running kernel's headers, else the newest installed.
default_kdir()
{
	local dir best
	dir=/lib/modules/$(uname -r)/build
	if [ -e "$dir/Makefile" ]; then
		echo "$dir"
		return
	fi
	best=$(for dir in /lib/modules/*/build; do
		[ -e "$dir/Makefile" ] && echo "$dir"
	done | sort -V | tail -n 1)
	[ -n "$best" ] || die \
		"no kernel headers installed: run scripts/deps (package linux-headers-amd64)"
	echo "$best"
}

# Version of the installed linux-source package, such as 6.1.192-2.
source_version()
{
	local version
	# shellcheck disable=SC2016 # dpkg-query's own variable
	version=$(dpkg-query -W -f '${Version}' linux-source-6.1 2>/dev/null) ||
		true
	[ -n "$version" ] || die \
		"package linux-source-6.1 is not installed: run scripts/deps"
	echo "$version"
}

# Unpacked kernel source, from Debian's tarball, in the cache.
kernel_source()
{
	local dir tarball=/usr/src/linux-source-6.1.tar.xz
	dir=$(cache_dir)/source-$(source_version) || exit 1

	if [ ! -e "$dir/.complete" ]; then
		[ -e "$tarball" ] || die \
			"$tarball is missing: run scripts/deps (package linux-source-6.1)"
		mkdir -p "$dir"
		(
			flock 8
			[ -e "$dir/.complete" ] && exit 0
			say "unpacking $tarball into $dir"
			tar -C "$dir" --strip-components=1 -xf "$tarball" &&
				touch "$dir/.complete"
		) 8> "$dir.lock" || die "unpacking $tarball failed"
	fi
	echo "$dir"
}

# Where the module for the debug kernel is built, out of the way of the one
# for the stock kernel: one place for each repository.
debug_module_dir()
{
	echo "$(cache_dir)/module-debug-$(echo "$1" | sha256sum | cut -c1-12)"
}

# Headers of the kernel that scripts/vm boots as "stock".
target_kdir()
{
	local release
	release=$(target_release) || exit 1
	[ -e "/lib/modules/$release/build/Makefile" ] || die \
		"no headers of $release: run scripts/deps (package linux-headers-$release)"
	echo "/lib/modules/$release/build"
}

# Mirror what the module is made of as symbolic links below DIR, so that it can
# be built there as well as in the repository. Prints nothing.
mirror_sources()
{
	local repo=$1 dir=$2 file

	mkdir -p "$dir"
	find "$dir" -xtype l -delete
	(cd "$repo" && find Kbuild module uapi \
		\( -name '*.[chS]' -o -name Kbuild -o -name '*.lds' \) -print) |
	while read -r file; do
		[ ! -L "$dir/$file" ] || continue
		mkdir -p "$dir/${file%/*}" 2> /dev/null || true
		[ "$file" != Kbuild ] || rm -rf "${dir:?}/Kbuild"
		ln -s "$repo/$file" "$dir/$file"
	done
}
