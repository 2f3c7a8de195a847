#!/usr/bin/env bash
# The browser and the typeface that the tests of the pages need, where the system's package manager may be asked.
# Where it may not, the tests say so themselves: they fail in CI and are skipped, named and counted, elsewhere.
set -u
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi
run=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || exit 0
  run=(sudo -n)
fi
command -v apt-get >/dev/null || exit 0
echo "安装浏览器与中文字体(只用于测试) / installing a browser and a Chinese typeface for the tests"
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq update >/dev/null
"${run[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq -y install --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null ||
  echo "浏览器没有装上,页面测试会说明原因 / the browser could not be installed; the tests of the pages will say so"
exit 0
