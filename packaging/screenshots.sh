#!/usr/bin/env bash
# Makes the pictures of the README anew, from the demo library; and with FOLDER also those of every
# page and its states, in all looks and two sizes. Usage: bash packaging/screenshots.sh [FOLDER]
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
mediadesk=(.venv/bin/mediadesk --data-dir "$data/own")
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
[ -n "$folder" ] || exit 0

# And what goes wrong in the best library: a drive that is not there, a film that is there twice, in
# two cuts, and a file that is none. The beginning of a film is another film that can be played.
films=${XDG_CACHE_HOME:-$HOME/.cache}/mediadesk/demo-library/Videos
first() { head -c "$(($(stat -c %s "$1") * 6 / 10))" "$1" >"$2"; }
mkdir "$data/Holiday drive" "$data/Films"
number=0
while IFS= read -r film; do
  number=$((number + 1))
  case $number in
    1) first "$film" "$data/Films/${film##*/}" ;;
    2) head -c 2000 "$film" >"$data/Films/Broken film.mkv" ;;
    3 | 4 | 5) first "$film" "$data/Holiday drive/Holiday 201$number.mkv" ;;
  esac
done < <(find "$films" -name '*.mkv' | sort)
find "$data/Films" "$data/Holiday drive" -type f -exec touch -d '1 hour ago' {} +
# And long ones, which have chapters, intros and credits.
.venv/bin/python packaging/screenshots.py "${films%/*}" "$data/Long films"
find "$data/Long films" -type f -exec touch -d '1 hour ago' {} +
"${mediadesk[@]}" library add "$data/Long films" >/dev/null
"${mediadesk[@]}" library add "$data/Films" >/dev/null
"${mediadesk[@]}" library add "$data/Holiday drive" >/dev/null
"${mediadesk[@]}" analyze --wait >/dev/null
rm -r "$data/Holiday drive"
"${mediadesk[@]}" library exclude "${films%/*}" '*.sample.mkv' /Extras/ >/dev/null
"${mediadesk[@]}" library scan >/dev/null

mkdir -p "$folder"
states=library+view-list,library+view-details,library+tab-albums,library+tab-series,library+filter
states+=,library+found,library+nothing-found,library+misread,library+selected,library+pointed
states+=,library+menu,library+sort,library+examples,library+selected+tag,library+selected+collect
states+=,for-you+help,for-you+palette,for-you+why,for-you+toast,for-you+people,for-you+private,for-you+message,for-you+end
states+=,film,film+further,film+end,film+pictures+further,film+person,song,song+further,episode
states+=,item+edit,library+videos+selected+identify,item+end,settings+leave-out,settings+end,plugin+end,guide+next,player+show-queue
states+=,quality+measured,quality+measured+further,quality+measured+end
"${mediadesk[@]}" gui --screenshot "all,$states" "$folder/{page}-{theme}-{size}.png" \
  --theme light,dark --size 1440x900,1024x700

# And devices in step: one that has just begun, and one whose key is another.
mkdir "$data/Shared" "$data/Elsewhere"
other() { .venv/bin/mediadesk --data-dir "$data/$1" "${@:2}" >/dev/null; }
"${mediadesk[@]}" sync setup "$data/Shared" --encrypt >/dev/null
"${mediadesk[@]}" sync run >/dev/null
for device in laptop tablet; do other "$device" collection new "For the $device"; done
other laptop sync devices rename "Anna’s laptop"
"${mediadesk[@]}" sync key --json | sed -n 's/^ *"text": *"\([^"]*\)".*/\1/p' | other laptop sync pair
other laptop sync setup "$data/Shared"
other tablet sync setup "$data/Elsewhere" --encrypt
for device in laptop tablet; do other "$device" sync run; done
cp "$data/Elsewhere/"*.mdsync "$data/Shared"
"${mediadesk[@]}" sync run >/dev/null
# A window syncs at its start: a preview has something to show of what is laid there after that,
# which is at hand, for the window does not wait.
cp -r "$data/Shared" "$data/Later"
other laptop collection new "For the train"
other laptop sync setup "$data/Later"
other laptop sync run
touch "$data/begun"
(
  until [ "$data/own/sync.done" -nt "$data/begun" ]; do sleep 0.1; done
  cp "$data/Later/"*.mdsync "$data/Shared"
) &
"${mediadesk[@]}" gui --screenshot \
  sync+key,sync+join,sync+new-key,sync+rename-device,sync+revoke,sync+further,sync+end,sync+previewed \
  "$folder/{page}-{theme}-{size}.png" --theme contrast,light,dark --size 1440x900,1024x700
wait $!
"${mediadesk[@]}" gui --screenshot for-you,library,library+view-list,library+selected,item,settings \
  "$folder/{page}-{theme}-{size}.png" --theme contrast
