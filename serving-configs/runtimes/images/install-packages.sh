#!/bin/sh
# Installs the packages of an image with the Python of its base, each file checked against its hash: those of NAME.txt beside
# this script, then those of NAME.source.txt, which are built with packages of the first list. For a GPU, the ONNX Runtime for
# GPUs replaces the one for CPUs.
#
#   install-packages.sh NAME cpu|gpu
set -eu
name=$1 accelerator=$2
case $accelerator in
  gpu | cpu) ;;
  *)
    echo "error: ACCELERATOR is '$accelerator', it must be gpu or cpu" >&2
    exit 1
    ;;
esac
cd "${0%/*}"

# The user of an image cannot write what Python compiles, so it is compiled here.
export UV_SYSTEM_PYTHON=1 UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_HTTP_TIMEOUT=180
install() {
  uv pip install --require-hashes --no-deps "$@"
}

pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
  --require-hashes --no-deps --only-binary=:all: --requirement uv.txt
install --only-binary :all: --requirement "$name.txt"
if [ -e "$name.source.txt" ]; then
  install --no-binary :all: --no-build-isolation --requirement "$name.source.txt"
fi
if [ "$accelerator" = gpu ]; then
  uv pip uninstall onnxruntime
  install --only-binary :all: --requirement gpu.txt
fi
pip uninstall --yes --disable-pip-version-check --root-user-action=ignore uv
