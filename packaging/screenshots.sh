#!/usr/bin/env bash
# Makes the pictures of the README anew, from the demo library. Usage: bash packaging/screenshots.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/setup.sh
need_venv_module
need_packages "${QT_PACKAGES[@]}" "${VLC_PACKAGES[@]}" "${FONT_PACKAGES[@]}"
need_environment .
start_screen

data=$(mktemp -d)
trap 'kill "$screen" 2>/dev/null || true; rm -rf "$data"' EXIT
mediadesk=(.venv/bin/mediadesk --data-dir "$data")
"${mediadesk[@]}" demo --prepare
for kind in clip song; do
  id=$("${mediadesk[@]}" items --kind "$kind" --limit 1 --json | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' | head -n 1)
  "${mediadesk[@]}" feedback "$id" like >/dev/null
done
"${mediadesk[@]}" plugins install plugins/colourmap --yes >/dev/null
"${mediadesk[@]}" analyze --wait >/dev/null
mkdir -p resources/screenshots
for theme in light dark; do
  for page in for-you item plugins panel; do
    "${mediadesk[@]}" gui --screenshot "$page" "resources/screenshots/$page-$theme.jpg" --theme "$theme"
  done
done
