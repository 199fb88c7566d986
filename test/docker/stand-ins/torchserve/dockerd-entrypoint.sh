#!/bin/bash
# Like the entry point of the original image, it keeps the container alive when the server has ended.
set -e

if [ "$1" = serve ]; then
  torchserve --start --ts-config /home/model-server/config.properties --disable-token-auth
else
  # Like the original.
  # shellcheck disable=SC2294
  eval "$@"
fi
tail -f /dev/null
