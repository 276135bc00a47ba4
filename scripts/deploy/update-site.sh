#!/usr/bin/env bash
# Bring the published site up to date from the main branch: built beside the old one, then put in its place in one step.
# Whatever fails, the old site stays. Run it from cron or qms-site.timer.
#
#   update-site.sh CLONE PUBLISHED
#
# CLONE      a clone of the repository, standing on its main branch; nobody works in it
# PUBLISHED  what the web server shows: a symbolic link that this script makes and changes
set -euo pipefail

clone=$(cd "${1:?用法：update-site.sh 登记库的克隆 发布的位置}" && pwd)
published=$(realpath --canonicalize-missing --no-symlinks "${2:?用法：update-site.sh 登记库的克隆 发布的位置}")
releases=$published.releases
kept=3

if [ -e "$published" ] && [ ! -L "$published" ]; then
  echo "$published 不是符号链接；请先移走，由本程序建立" >&2
  exit 2
fi
mkdir -p "$releases"
exec 9> "$releases/.lock"
if ! flock --nonblock 9; then
  echo "上一次还没有结束，这次不做"
  exit 0
fi

cd "$clone"
git fetch --quiet --prune origin
git merge --quiet --ff-only '@{upstream}'
make --silent .venv/.ready

release=$releases/$(date -u +%Y%m%dT%H%M%SZ)-$(git rev-parse --short=12 HEAD)
unfinished=$releases/.unfinished
rm -rf "$unfinished"
trap 'rm -rf "$unfinished"' EXIT
.venv/bin/qms site --out "$unfinished"
test -s "$unfinished/index.html"
rm -rf "$release"
mv "$unfinished" "$release"

ln -sfn "$(realpath "$release")" "$published.next"
mv -T "$published.next" "$published"

# The newest few stay, for the readers who are just loading a page, and to go back to.
find "$releases" -mindepth 1 -maxdepth 1 -type d -not -name '.*' | sort -r | tail -n +$((kept + 1)) | xargs -r rm -rf --
echo "已发布 $(basename "$release")"
