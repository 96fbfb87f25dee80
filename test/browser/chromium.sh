#!/usr/bin/env bash
# Sees to it that there is a Chromium: the one that is installed, or Debian's package.
set -euo pipefail
for name in chromium chromium-browser google-chrome google-chrome-stable; do
	if command -v "$name" >/dev/null; then exit; fi
done
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
	exit
fi
echo "Chromium is missing: install it, such as with apt-get install chromium" >&2
exit 1
