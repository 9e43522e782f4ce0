#!/usr/bin/env bash
# Opens MediaDesk on FOLDER, or on the demo library; without a display it saves a screenshot.
# Usage: bash packaging/run.sh [FOLDER]
set -euo pipefail

folder=${1:-}
if [ -n "$folder" ]; then
  [ -d "$folder" ] || { echo "mediadesk: “$folder” is no folder: name one with video or music" >&2; exit 1; }
  folder=$(cd "$folder" && pwd)
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/setup.sh

need_venv_module
need_packages "${QT_PACKAGES[@]}" "${VLC_PACKAGES[@]}" "${FONT_PACKAGES[@]}"
need_environment .
mediadesk=.venv/bin/mediadesk

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  [ -n "$folder" ] || exec "$mediadesk" demo
  "$mediadesk" library add "$folder"
  exec "$mediadesk"
fi

say "there is no display, so the window is opened in memory and a screenshot is saved"
start_screen
picture=${MEDIADESK_SCREENSHOT:-$PWD/.mediadesk-for-you.png}
if [ -n "$folder" ]; then
  "$mediadesk" library add "$folder"
  "$mediadesk" analyze --wait
  "$mediadesk" for-you --limit 3
  "$mediadesk" gui --screenshot for-you "$picture"
else
  "$mediadesk" demo --screenshot "$picture"
fi
say "the screenshot is in $picture"
