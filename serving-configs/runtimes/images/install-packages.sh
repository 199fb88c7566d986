#!/bin/sh
# Installs the packages of an image with the Python of its base image: those in NAME.txt beside this script, then those in
# NAME.source.txt, which are built with packages of the first list. Each file is checked against its hash. For a GPU, ONNX
# Runtime for GPUs replaces the one for CPUs.
#
#   install-packages.sh NAME cpu|gpu
set -eu
name=$1 accelerator=$2
case $accelerator in
  gpu | cpu) ;;
  *)
    echo "error: ACCELERATOR is '$accelerator'; it must be gpu or cpu" >&2
    exit 1
    ;;
esac
cd "${0%/*}"

# The user of the image cannot write compiled Python files, so they are compiled here.
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
