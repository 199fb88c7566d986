#!/bin/bash
# As the entry point of the image that this one stands for: the container lives on when the server has ended.
set -e

if [ "$1" = serve ]; then
  torchserve --start --ts-config /home/model-server/config.properties --disable-token-auth
else
  # As the original does.
  # shellcheck disable=SC2294
  eval "$@"
fi
tail -f /dev/null
