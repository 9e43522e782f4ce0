#!/usr/bin/env bash
# Checks style, types, import rules and runs every test. Usage: bash packaging/test.sh [PYTEST ARGUMENTS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/setup.sh

need_venv_module
need_packages "${QT_PACKAGES[@]}" "${VLC_PACKAGES[@]}" "${FONT_PACKAGES[@]}" xvfb espeak-ng
need_environment -e '.[dev]'
need_wheels 'rapidocr>=3.10,<4' 'py3langid>=0.3,<0.5'
export PATH="$PWD/.venv/bin:$PATH" QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
unset PYTHONDONTWRITEBYTECODE  # each of the many processes would compile all that it imports anew

say "style"; ruff check .; ruff format --check -q .
say "types"; mypy
say "import rules"; lint-imports --no-cache
# One process more than cores, for tests often wait: for another process, a player, a time. A file's
# tests stay together, for they share what is costly; files in order: long ones come first.
processes=$(($(getconf _NPROCESSORS_ONLN) + 1))
say "tests"
exec pytest -n "$processes" --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"
