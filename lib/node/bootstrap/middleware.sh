#!/usr/bin/env bash
# Sets up a middleware node. Running it again is safe and fast: what is there stays.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"
# shellcheck source=lib/node/bootstrap/load-steps.sh
source "$here/load-steps.sh"

install_middleware_units() {
  mkdir -p "$STATE_DIR/runs"
  install_units serving-compare-run@.service serving-compare-sampler.service
}

begin middleware
step machine identify_machine
step quiet quiet_machine
step node install_node
step k6 install_k6
step data-set check_data_set
step model build_model
step network tune_network
step units install_middleware_units
step sampler start_sampler
log 'middleware node is ready'
