#!/usr/bin/env bash
# debian.sh PACKAGE PROGRAM... installs Debian's package unless one of the programs is there.
set -euo pipefail
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
package=$1
shift
for program in "$@"; do
	if command -v "$program" >/dev/null; then exit; fi
done
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$package"
	exit
fi
echo "$1 is not installed: on Debian, apt-get install $package" >&2
exit 1
