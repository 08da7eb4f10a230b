#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real programs over rtl8139 cards: see nic-body.sh.
# timeout: 600
# vm: --nic rtl8139
#
# The ring of this card runs over at times when iperf3 fills it, whichever stack
# the rest comes from: percent of pings that may be lost.
# shellcheck disable=SC2034 # used by nic-body.sh
ring_loss=5
# shellcheck source=selftests/nic-body.sh
. "$(dirname "$(readlink -f "$0")")/nic-body.sh"
