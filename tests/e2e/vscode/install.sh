#!/bin/bash
# Installs a real VS Code workbench (code-server), Chromium and Neovim from apt and npm only, once.
# E2E_HOME says where (default: the user's cache folder). A second run with the same versions does nothing.
set -euo pipefail

CODE_SERVER=4.139.1 # VS Code 1.139.1
NODE=24.21.0        # that server dies on older ones; the npm package holds the real binary and its headers
PLAYWRIGHT=1.65.1

case $(uname -m) in
  x86_64) ARCH=x64 ;;
  aarch64) ARCH=arm64 ;;
  *) echo "no node package is known for $(uname -m)" >&2; exit 1 ;;
esac

export E2E_HOME=${E2E_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/refute/e2e}
NODE_DIR=$E2E_HOME/node_modules/node-linux-$ARCH
WANTED="code-server@$CODE_SERVER node-linux-$ARCH@$NODE playwright-core@$PLAYWRIGHT"
mkdir -p "$E2E_HOME"

run() { # NAME COMMAND...: its output goes to a log that is shown only when it fails
  local name=$1 log=$E2E_HOME/$1.log
  shift
  echo "  $name ..."
  "$@" >"$log" 2>&1 || { tail -40 "$log" >&2; echo "$name failed; all of its output is in $log" >&2; exit 1; }
}

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v nvim >/dev/null || missing+=(neovim)
if [ ${#missing[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || { echo "install these first: sudo apt-get install ${missing[*]}" >&2; exit 1; }
  run apt-update apt-get update
  run apt-install apt-get install -y --no-install-recommends "${missing[@]}"
fi

if [ "$(cat "$E2E_HOME/installed" 2>/dev/null)" = "$WANTED" ]; then
  echo "The workbench for end-to-end tests is installed already ($E2E_HOME)"
  exit 0
fi

echo "Installing the workbench for end-to-end tests into $E2E_HOME (about a minute, 800 MB)"
cd "$E2E_HOME"
rm -f installed
echo '{"private": true}' >package.json
# Nothing here needs an install script but two native modules, which are built by name below: without spdlog the
# output channels stay empty, without native-watchdog an extension host outlives its server.
run npm-top npm install --ignore-scripts --no-audit --no-fund --no-package-lock $WANTED
export PATH=$NODE_DIR/bin:$PATH
export npm_config_nodedir=$NODE_DIR # the headers in the package; node-gyp would look for them on the internet
cd node_modules/code-server/lib/vscode
run npm-vscode npm install --omit=dev --ignore-scripts --no-audit --no-fund
run npm-native npm rebuild --foreground-scripts @vscode/spdlog @vscode/native-watchdog
echo "$WANTED" >"$E2E_HOME/installed"
