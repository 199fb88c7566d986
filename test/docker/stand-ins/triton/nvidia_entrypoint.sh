#!/bin/bash
# Like the entry point of the original image, it prints a banner and runs the command of the container.
set -e

echo "=============================="
echo "== Triton Inference Server ===  (a stand-in: ${TRITON_SERVER_VERSION} is the version of the original)"
echo "=============================="
if [ $# -eq 0 ]; then
  exec /bin/bash
fi
exec "$@"
