#!/usr/bin/env bash
# Makes .venv from requirements.lock, once per content of the lock file and of pyproject.toml.
# Says what it does. Each failure a user can meet is one sentence in Chinese and English, and a non-zero exit.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf '%s\n%s\n' "$1" "$2" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in ${QINJI_PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

stamp=.venv/.qinji-installed
dependencies="$(cksum <requirements.lock)"
project="$(cksum <pyproject.toml)"
pip_install() { .venv/bin/python -m pip --disable-pip-version-check --no-input install --quiet --progress-bar off "$@"; }

install_project() {
  echo "安装 qinji 本身 / installing qinji itself"
  if ! pip_install --no-deps --no-build-isolation --no-index --editable . 2>.venv/pip.log; then
    cat .venv/pip.log >&2
    fail "安装 qinji 失败,原因见上。" "Installing qinji failed; the reason is shown above."
  fi
  # The place is part of the stamp: a moved checkout has a .venv whose scripts point at the old place.
  printf '%s\n%s\n%s\n' "$dependencies" "$project" "$PWD" >"$stamp"
}

usable() { [ -f "$stamp" ] && [ "$(sed -n 3p "$stamp")" = "$PWD" ] && .venv/bin/python -c '' 2>/dev/null; }

if usable && [ "$(sed -n 1p "$stamp")" = "$dependencies" ]; then
  if [ ! -x .venv/bin/qinji ] || [ "$(sed -n 2p "$stamp")" != "$project" ]; then
    install_project
  fi
  exit 0
fi

python=$(find_python) ||
  fail "需要 Python 3.11 或更高版本,请先安装后再运行。" \
    "Python 3.11 or newer is needed: please install it and run this again."

make_environment() {
  echo "建立环境 .venv / making the environment .venv ($("$python" --version))"
  # A half-made environment of an earlier attempt is not repaired but made again.
  rm -rf .venv
  if ! "$python" -m venv .venv >.venv.log 2>&1; then
    rm -rf .venv .venv.log
    fail "无法建立 Python 环境,请安装 venv 模块(Debian、Ubuntu 为 python3-venv)后再运行。" \
      "The Python environment could not be made: please install the venv module (python3-venv on Debian and Ubuntu) and run this again."
  fi
  rm -f .venv.log
}

usable || make_environment

echo "按锁文件安装依赖 / installing what requirements.lock names (each file checked by its hash)"
if ! pip_install --require-hashes -r requirements.lock 2>.venv/pip.log; then
  unreachable='NewConnectionError|Max retries|ConnectTimeout|ReadTimeout|Name or service|Temporary failure|Network is unreachable'
  unreachable="$unreachable|No matching distribution|Connection (refused|reset)|ProxyError|SSLError"
  if grep -qE "$unreachable" .venv/pip.log; then
    fail "无法从软件包索引取得依赖,请检查网络,或用 pip 自己的设置(如 PIP_INDEX_URL)指定可用的索引后再运行;详见 .venv/pip.log。" \
      "The package index could not be reached or lacks a package: check the network, or name an index by pip's own settings (such as PIP_INDEX_URL), and run this again; details are in .venv/pip.log."
  fi
  cat .venv/pip.log >&2
  fail "依赖安装失败,原因见上。" "Installing the dependencies failed; the reason is shown above."
fi
install_project
echo "环境已就绪 / the environment is ready: .venv/bin/qinji"
