#!/bin/bash
# Runs the end-to-end tests of the editor: all of them, or the test files that are named.
# What they saw is left in build/e2e: pictures, the editor's logs, the console.
set -euo pipefail
cd "$(dirname "$0")"
export E2E_HOME=${E2E_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/refute/e2e}
bash install.sh
../../../.venv/bin/refute model pull # for the tests with the default model; says so if it is here already
case $(uname -m) in aarch64) ARCH=arm64 ;; *) ARCH=x64 ;; esac
NODE=$E2E_HOME/node_modules/node-linux-$ARCH/bin/node
if [ $# -eq 0 ]; then set -- ./*.test.mjs; fi
exec "$NODE" --test --test-concurrency=1 --test-reporter=spec "$@"
