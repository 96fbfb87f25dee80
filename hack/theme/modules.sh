#!/usr/bin/env bash
# Installs what the package-lock.json of a folder pins into the user's cache, once,
# and says where.
set -euo pipefail
folder=$1
command -v npm >/dev/null || { echo "npm is missing: install it, such as with apt-get install npm" >&2; exit 1; }
home=${XDG_CACHE_HOME:-$HOME/.cache}/mezzanotte/npm/$(git hash-object "$folder/package-lock.json")
if [[ ! -e $home ]]; then
	mkdir -p "$(dirname "$home")"
	unfinished=$(mktemp -d "$home.XXXXXX")
	trap 'rm -rf "$unfinished"' EXIT
	cp "$folder/package.json" "$folder/package-lock.json" hack/theme/.npmrc "$unfinished"
	(cd "$unfinished" && npm ci --no-progress --loglevel=error) >&2
	[[ -e $home ]] || mv "$unfinished" "$home" # somebody else may have been quicker
fi
echo "$home/node_modules"
