# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What in a guest's kernel log is a report of a fault. Sourced, never run.

# Anchored behind the time stamp: a message that merely quotes one of these
# words, as several do at boot, is none.
guest_log_pattern='^(\[ *[0-9.]+\] ?)?('
guest_log_pattern+='WARNING: |BUG: |\[ BUG: |BUG [a-z]|Oops|Kernel panic|kernel BUG at'
guest_log_pattern+='|general protection fault|double fault|invalid opcode'
guest_log_pattern+='|divide error|unable to handle|int3: |stack segment'
guest_log_pattern+='|UBSAN: |KASAN: |KCSAN: |ODEBUG: |refcount_t: '
guest_log_pattern+='|INFO: (task .* blocked|possible|inconsistent|trying to register|rcu_|suspicious)'
guest_log_pattern+='|rcu: INFO: .*(stall|detected)|(NMI )?watchdog: (BUG|Watchdog detected)'
guest_log_pattern+='|Voluntary context switch within RCU|DEBUG_LOCKS_WARN_ON'
guest_log_pattern+='|unreferenced object|kmemleak: [0-9]+ new suspected'
guest_log_pattern+='|kmemleak: (Cannot|Kernel memory leak detector disabled)'
guest_log_pattern+='|list_(add|del)( |_)corruption|slab .*: Objects remaining'
guest_log_pattern+='|kmem_cache_destroy .* objects|leaked reference'
guest_log_pattern+='|.*Objects remaining in|.*still has objects when called'
guest_log_pattern+='|unregister_netdevice: waiting for|NETDEV WATCHDOG'
guest_log_pattern+='|inetx: .*leak|usercopy: Kernel memory'
guest_log_pattern+=')'

# Print the reports of kernel log FILE, each with what follows it, the first
# 400 lines of them; succeed if there was one.
guest_log_reports()
{
	local file=$1 text
	text=$(tr -d '\r' < "$file" |
		grep -aE -A 50 -B 2 -m 8 "$guest_log_pattern" | head -n 400) || true
	[ -n "$text" ] || return 1
	echo "vm: the guest's kernel reports:"
	printf '%s\n' "$text"
}
