#!/usr/bin/env bash
# Stands for Docker with one container, which answers every request with 200, and with words of a model that is there, on each
# of the /container.ports of 127.0.85.1. What it was told is in /docker.log; with a file /container-fails the container ends at once.
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
    exec node --eval "const server = () => require('node:http').createServer((_, answer) => answer.end('\"AVAILABLE\"')); $listeners"
    ;;
  stop) kill -TERM "$(cat /run/container.pid)" ;;
  rm) if [[ -e /run/container.pid ]]; then kill -KILL "$(cat /run/container.pid)" 2>/dev/null || true; fi ;;
  inspect) exit 1 ;;
esac
