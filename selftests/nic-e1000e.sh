#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real programs over e1000e cards: see nic-body.sh.
# timeout: 600
# vm: --nic e1000e
#
# shellcheck source=selftests/nic-body.sh
. "$(dirname "$(readlink -f "$0")")/nic-body.sh"
