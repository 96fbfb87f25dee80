#!/usr/bin/env bash
# pictures.sh AXE IMAGES takes the documentation's pictures of pages, app and desk anew.
set -euo pipefail
cd "$(dirname "$0")"
axe=$1 images=$2
shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT
../../hack/tools/debian.sh imagemagick montage
go test -count=1 -timeout 30m -parallel 2 -run '^Test(EveryPage|AppEveryView|DeskPages|AppOffline)$/^it,' . -args -axe "$axe" -screenshots "$shots"

phones() { # OUT SHOT...: pages side by side, as on a phone
	local files=() shot
	for shot in "${@:2}"; do
		convert "$shots/$shot.png" -crop 320x960+0+0 +repage "$shots/cut-$shot.png"
		files+=("$shots/cut-$shot.png")
	done
	montage "${files[@]}" -tile x1 -gravity north -background '#d9dce1' -geometry +8+16 -strip "$images/$1.png"
}
view=it320_pxthemed
phones web "EveryPage-$view-start-before" "EveryPage-$view-hold-warned" "EveryPage-$view-done"
phones app "AppEveryView-$view-start-before" "AppEveryView-$view-places" AppOffline-offline
convert "$shots/DeskPages-it1280_pxthemed-caller.png" -crop 1280x1040+0+0 +repage -strip -colors 64 "$images/desk.png"
