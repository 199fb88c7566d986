#!/usr/bin/env bash
# Sets up a load node. Running it again is safe and fast: what is there stays.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"
# shellcheck source=lib/node/bootstrap/load-steps.sh
source "$here/load-steps.sh"

install_load_units() {
  install_units serving-compare-sampler.service
}

begin load
step machine identify_machine
step quiet quiet_machine
step node install_node
step k6 install_k6
step data-set check_data_set
step network tune_network
step units install_load_units
step sampler start_sampler
log 'load node is ready'
