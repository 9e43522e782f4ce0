#!/usr/bin/env bash
# Makes dist/mediadesk, the program in a folder that needs no Python, and tests it.
# Usage: bash packaging/build.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/setup.sh

need_venv_module
# PyInstaller needs binutils, to see which libraries are needed and to strip them.
need_packages "${QT_PACKAGES[@]}" binutils libseccomp2
need_environment -e '.[dev]'
# Debian's own Python comes without its library.
read -r prefix version < <(
  .venv/bin/python -c 'import sys; print(sys.base_prefix, "%d.%d" % sys.version_info[:2])'
)
[ "$prefix" != /usr ] || need_packages "libpython$version"

say "building dist/mediadesk"
.venv/bin/pyinstaller --noconfirm --log-level ERROR packaging/mediadesk.spec
say "testing it"
dist/mediadesk/mediadesk --self-test
say "$(du -sh dist/mediadesk | cut -f 1) in dist/mediadesk; start it with dist/mediadesk/mediadesk"
