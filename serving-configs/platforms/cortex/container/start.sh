#!/bin/sh
# Starts the application and the proxy, which are two containers of a pod in Cortex. If one ends, the other is stopped.
set -u
gunicorn --bind=127.0.0.1:8080 --workers=1 --worker-class=gthread --threads=4 --keep-alive=120 --timeout=120 \
  --graceful-timeout=5 --no-control-socket --chdir=/serving/flask/venv app:app &
application=$!
proxy -port 8888 -admin-port 15000 -user-port 8080 -max-concurrency 1 -max-queue-length 100 &
proxy=$!
trap 'kill -TERM "$proxy" "$application" 2>/dev/null' TERM INT
while kill -0 "$proxy" 2>/dev/null && kill -0 "$application" 2>/dev/null; do
  sleep 1 &
  wait $!
done
kill -TERM "$proxy" "$application" 2>/dev/null
wait "$application"
wait "$proxy"
