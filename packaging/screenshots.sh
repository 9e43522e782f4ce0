#!/usr/bin/env bash
# Makes the pictures of the README anew, from the demo library; and with FOLDER also one of every
# page, in both looks and two sizes. Usage: bash packaging/screenshots.sh [FOLDER]
set -euo pipefail
folder=${1:+$(realpath -m "$1")}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/setup.sh
need_venv_module
need_packages "${QT_PACKAGES[@]}" "${VLC_PACKAGES[@]}" "${FONT_PACKAGES[@]}"
need_environment .
start_screen

data=$(mktemp -d)
trap 'kill "$screen" 2>/dev/null || true; rm -rf "$data"' EXIT
mediadesk=(.venv/bin/mediadesk --data-dir "$data")
ids() { "${mediadesk[@]}" items "$1" --limit "$2" --json | sed -n 's/^ *"id": *"\([^"]*\)".*/\1/p'; }

# A library as somebody has it who has used it for a week.
"${mediadesk[@]}" demo --prepare
"${mediadesk[@]}" plugins install plugins/colourmap --yes >/dev/null
"${mediadesk[@]}" analyze --wait >/dev/null
for kind in clip song; do
  "${mediadesk[@]}" feedback "$(ids "kind:$kind" 1)" like >/dev/null
  mapfile -t some < <(ids "kind:$kind" 6)
  "${mediadesk[@]}" rate "${some[@]:0:3}" 5 >/dev/null
  "${mediadesk[@]}" rate "${some[@]:3:2}" 3.5 >/dev/null
  "${mediadesk[@]}" tag "${some[@]}" --add evening >/dev/null
done
"${mediadesk[@]}" collection new "Quiet evenings" >/dev/null
"${mediadesk[@]}" collection add "Quiet evenings" --search tag:evening >/dev/null
"${mediadesk[@]}" collection new "Long songs" --search "kind:song length>3m" >/dev/null

mkdir -p resources/screenshots
"${mediadesk[@]}" gui --screenshot for-you,library,item,plugins,panel \
  'resources/screenshots/{page}-{theme}.jpg' --theme light,dark
if [ -n "$folder" ]; then
  mkdir -p "$folder"
  "${mediadesk[@]}" gui --screenshot \
    all,library+view-list,library+view-details,for-you+help,for-you+palette,for-you+why,item+edit \
    "$folder/{page}-{theme}-{size}.png" --theme light,dark --size 1440x900,1024x700
  "${mediadesk[@]}" gui --screenshot for-you,library,settings \
    "$folder/{page}-{theme}-{size}.png" --theme contrast
fi
