#!/bin/sh
# Checks that everything generated is committed as the generators make it now.
set -eu
generated="crds config docs operator/api/generated"

changed=$(git status --porcelain --untracked-files=all -- $generated)
[ -z "$changed" ] && exit 0

git --no-pager diff HEAD -- $generated
echo "Generated files differ from what is committed; run \`make generate\` and commit:"
echo "$changed"
exit 1
