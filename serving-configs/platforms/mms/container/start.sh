#!/bin/sh
# What `multi-model-server --start` runs, without its parent, which keeps signals to itself.
set -eu
packages=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
exec java -Xmx1g "-Dmodel_server_home=$packages" -cp ".:$packages/mms/frontend/*" com.amazonaws.ml.mms.ModelServer \
  --python "$(command -v python)" -f /serving/mms/mms.properties -s /models -m "$1=$1.mar"
