# SPDX-License-Identifier: GPL-2.0
# Bash completion for inetx-run(1): its options, then the command's own.
_inetx_run()
{
	local i

	for ((i = 1; i <= COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			((i++))
			break
		fi
		[[ ${COMP_WORDS[i]} == -* ]] || break
	done
	if ((i > COMP_CWORD)); then
		mapfile -t COMPREPLY < <(compgen -W \
			'-v --verbose -6 --ipv6 --help --version --' \
			-- "${COMP_WORDS[COMP_CWORD]}")
		return
	fi
	_command_offset "$i"
}
complete -F _inetx_run inetx-run
