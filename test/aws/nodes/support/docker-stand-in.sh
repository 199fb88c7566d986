#!/usr/bin/env bash
# A stand-in for Docker with one container. The container listens on the /container.ports of 127.0.85.1 and answers every
# request as if its model were ready; if the file /container-fails exists, it ends at once. Calls are logged to /docker.log.
set -Eeuo pipefail

printf '%s\n' "$*" >>/docker.log
case $1 in
  run)
    listeners=''
    for port in $(</container.ports); do listeners+="server().listen($port, '127.0.85.1');"; done
    if [[ -e /container-fails ]]; then
      echo 'CUDA driver version is insufficient' >&2
      exit 125
    fi
    echo $$ >/run/container.pid
    exec /usr/bin/node-24 --eval "const server = () => require('node:http').createServer((_, answer) => answer.end('\"AVAILABLE\"')); $listeners"
    ;;
  stop) kill -TERM "$(cat /run/container.pid)" ;;
  rm) if [[ -e /run/container.pid ]]; then kill -KILL "$(cat /run/container.pid)" 2>/dev/null || true; fi ;;
  inspect) exit 1 ;;
esac
