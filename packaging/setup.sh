# What run.sh and test.sh share: system packages by name, and a virtual environment in .venv.

say() { printf '%s\n' "mediadesk: $*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else
    say "this needs root: run it as root or with sudo: $*"
    return 1
  fi
}

# Installs those of the named Debian packages that are missing, after saying so.
need_packages() {
  command -v dpkg-query >/dev/null || {
    say "this is no Debian: make sure these are installed: $*"
    return 0
  }
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "installing missing system packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq \
    --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
}

# Makes .venv and installs MediaDesk into it; $1 is what pip shall install, the rest are options.
need_environment() {
  local python=.venv/bin/python
  if command -v uv >/dev/null; then
    [ -x "$python" ] || { say "making the virtual environment .venv"; uv venv -q .venv; }
    say "installing MediaDesk and its libraries"
    uv pip install -q --python "$python" "$@"
  else
    [ -x "$python" ] || { say "making the virtual environment .venv"; python3 -m venv .venv; }
    say "installing MediaDesk and its libraries (a few minutes the first time)"
    "$python" -m pip install -q --disable-pip-version-check "$@"
  fi
}

# Puts packages and what they need as wheels into .venv/wheels: for tests that install a plugin with
# its libraries, which are no part of the environment and so of nothing that is built there.
need_wheels() {
  local wheels=.venv/wheels pip=(.venv/bin/python -m pip)
  [ "$(cat "$wheels/of" 2>/dev/null)" = "$*" ] && return 0
  command -v uv >/dev/null && pip=(uv tool run --quiet --python .venv/bin/python pip)
  say "getting the libraries of plugins that are not shipped"
  "${pip[@]}" download -q --disable-pip-version-check --only-binary :all: -d "$wheels" "$@"
  echo "$*" >"$wheels/of"
}

# A virtual environment can't be made without Debian's python3-venv, unless uv is there.
need_venv_module() {
  command -v uv >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
}

QT_PACKAGES=(
  libgl1 libegl1 libfontconfig1 libglib2.0-0 libdbus-1-3 libxkbcommon0
  libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
  libxcb-image0 libxcb-render-util0 libxcb-randr0 libwayland-cursor0
)
VLC_PACKAGES=(libvlc5 vlc-plugin-base vlc-plugin-video-output)
FONT_PACKAGES=(fonts-dejavu-core fonts-wqy-microhei)

# Starts a screen in memory for the rest of the script.
start_screen() {
  need_packages xvfb
  local number
  exec 9< <(exec Xvfb -displayfd 1 -screen 0 1440x900x24 -nolisten tcp 2>/dev/null)
  screen=$!
  trap 'kill "$screen" 2>/dev/null || true' EXIT
  read -r -t 30 number <&9 || { say "Xvfb does not start: run “Xvfb :99” to see why"; return 1; }
  export DISPLAY=":$number"
}
