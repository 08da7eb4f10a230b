#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every packet of AF_INETX equals the same of AF_INET: see packets.py.
# timeout: 240
#
here=$(dirname "$(readlink -f "$0")")
export LC_ALL=C PATH=$here/../tools:$PATH PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/packets.py"
