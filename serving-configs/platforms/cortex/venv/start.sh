#!/bin/sh
# Starts the application as in the container, and the stand-in for the proxy in front of it.
# usage: start.sh GUNICORN APPLICATION_FOLDER APPLICATION_PORT NODE PROXY PORT ADMIN_PORT
set -eu
"$1" --chdir="$2" --bind="127.0.0.1:$3" --workers=1 --worker-class=gthread --threads=4 --keep-alive=120 --timeout=120 \
  --graceful-timeout=5 --no-control-socket app:app &
exec "$4" "$5" "$6" "$7" "$3" 1 100
