#!/usr/bin/env bash
# Trains the number model on one GPU within twelve minutes: all cores compose, the card learns.
#
#   examples/gpu/train.sh RUN [CONFIG] [MINUTES]
#
# RUN is the run's folder; begun again with the same one, the training goes on where it stopped. CONFIG is a file
# of settings (number.toml beside this file); MINUTES is 12. INKDIGITS_DATA names the folder with MNIST and the strokes.
# It needs Keras, JAX with its GPU library and what a plain install of inkdigits has; no TensorFlow, so the
# bundle is exported where that is installed: inkdigits export RUN.
set -euo pipefail

run=${1:?the folder of the run is missing}
config=${2:-$(dirname "$0")/number.toml}
minutes=${3:-12}
export KERAS_BACKEND=jax PYTHONUNBUFFERED=1
export JAX_COMPILATION_CACHE_DIR=${JAX_COMPILATION_CACHE_DIR:-$run/compiled} # a width is compiled once

if ! python3 -c 'import jax, keras' 2>/dev/null; then
  echo "train.sh: JAX or Keras is missing; install both: pip install keras 'jax[cuda12]'" >&2
  exit 2
fi
resume=()
if [ -e "$run/config.toml" ]; then resume=(--resume); fi
code=0
timeout --signal=TERM "$((60 * minutes))" \
  python3 -m inkdigits train --config "$config" --output "$run" "${resume[@]}" || code=$?
if [ -e "$run/model.keras" ]; then
  echo "trained: $run/model.keras; export it where TensorFlow is installed: inkdigits export $run"
elif [ "$code" = 124 ] || [ "$code" = 143 ]; then
  echo "stopped after $minutes minutes; the same command goes on"
else
  exit "$code"
fi
