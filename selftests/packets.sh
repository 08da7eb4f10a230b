#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every packet of AF_INETX equals the same of AF_INET: see packets.py.
# timeout: 240
# kernel: stock
#
# Only there: two stacks side by side take minutes on the debug kernel, and
# other tests lead the same packets through it.
#
here=$(dirname "$(readlink -f "$0")")
export LC_ALL=C PATH=$here/../tools:$PATH PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/packets.py"
