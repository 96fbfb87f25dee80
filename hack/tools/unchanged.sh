#!/usr/bin/env bash
# Runs a command and fails, showing the difference, if it changed any file that
# git does not ignore, untracked ones included. What was already changed before
# does not matter.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

index=$(mktemp)
trap 'rm -f "$index"' EXIT

# snapshot prints the name of a git tree of all files as they are now. It uses
# an index of its own, so that nothing is staged.
snapshot() {
	cp "$(git rev-parse --git-path index)" "$index" 2>/dev/null || rm -f "$index"
	GIT_INDEX_FILE=$index git add --all
	GIT_INDEX_FILE=$index git write-tree
}

before=$(snapshot)
"$@"
after=$(snapshot)
if ! git --no-pager diff --exit-code "$before" "$after"; then
	echo "These files were not up to date. They are now: commit them." >&2
	exit 1
fi
