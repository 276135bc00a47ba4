#!/usr/bin/env bash
# Send the built site to the plant's own web server by rsync over SSH.
#
#   push-site.sh FOLDER
#
# QMS_RSYNC_TARGET  where to: user@host:/srv/csat/www/
# QMS_SSH_KEY       the private key that may write there, and nothing else
# QMS_KNOWN_HOSTS   the server's line from ssh-keyscan, compared beforehand
set -euo pipefail

site=${1:?用法：push-site.sh 网站文件夹}
for name in QMS_RSYNC_TARGET QMS_SSH_KEY QMS_KNOWN_HOSTS; do
  if [ -z "${!name:-}" ]; then
    echo "没有设 $name，不能发布到内网服务器；见 docs/guide/publish.md" >&2
    exit 2
  fi
done
if [ ! -f "$site/index.html" ]; then
  echo "$site 里没有 index.html，不是生成好的网站，没有发布" >&2
  exit 2
fi

secret=$(mktemp -d)
trap 'rm -rf "$secret"' EXIT
(
  umask 077
  printf '%s\n' "$QMS_SSH_KEY" > "$secret/key"
  printf '%s\n' "$QMS_KNOWN_HOSTS" > "$secret/known_hosts"
)
unset QMS_SSH_KEY

# New files first, put in place together at the end, then what is no longer there goes.
rsync --archive --no-owner --no-group --delay-updates --delete-delay \
  --rsh="ssh -i $secret/key -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$secret/known_hosts" \
  -- "$site/" "$QMS_RSYNC_TARGET"
echo "已发布到 $QMS_RSYNC_TARGET"
