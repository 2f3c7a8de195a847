#!/usr/bin/env bash
# `make run`: the environment if it is not there, then the server in the foreground in place of this shell.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tools/setup.sh
exec .venv/bin/qinji serve
