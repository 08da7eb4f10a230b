#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real programs over rtl8139 cards: see nic-body.sh.
# timeout: 600
# vm: --nic rtl8139
#
# shellcheck source=selftests/nic-body.sh
. "$(dirname "$(readlink -f "$0")")/nic-body.sh"
