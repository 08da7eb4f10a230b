#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real programs over virtio-net-pci cards: see nic-body.sh.
# timeout: 600
# vm: --nic virtio-net-pci
#
# shellcheck source=selftests/nic-body.sh
. "$(dirname "$(readlink -f "$0")")/nic-body.sh"
