#!/bin/bash
# As the entry point of the image that this one stands for: some words, then what the container is told to run.
set -e

echo "=============================="
echo "== Triton Inference Server ===  (a stand-in: ${TRITON_SERVER_VERSION} is the version of what it stands for)"
echo "=============================="
if [ $# -eq 0 ]; then
  exec /bin/bash
fi
exec "$@"
