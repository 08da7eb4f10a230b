#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Linux's own tests of IPv4 routing say the same on AF_INETX: see kernel.py.
# timeout: 300
#
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=scripts/lib.sh
. "$here/../scripts/lib.sh"
INETX_SOURCE=${INETX_SOURCE:-$(kernel_source)} || exit 1
export INETX_SOURCE LC_ALL=C PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/kernel.py"
