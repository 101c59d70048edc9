#!/usr/bin/env bash
# Applies each mutant beside this script, one at a time, to a copy of the tree, and runs the tests that must notice.
# Usage: run.sh [WORD…]   only mutants whose file name contains one of the words. See README.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
limit_seconds=300
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

field() { sed -n "s/^$1: //p" "$2"; }

wanted() {
    [ $# -eq 1 ] && return
    local name=$1 word
    shift
    for word; do [[ $name == *"$word"* ]] && return; done
    return 1
}

# run_tests MODULE TESTS: 0 passed, 1 failed, 2 does not build, 124 not done in time. Output in $copy/output.
run_tests() {
    local status=0
    (cd "$copy/tree" && timeout "$limit_seconds" mvn -q -B -ntp -pl "$1" -am package \
        -Dtest="$2" -Dsurefire.failIfNoSpecifiedTests=false) >"$copy/output" 2>&1 || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 124 ] && return "$status"
    grep -q 'Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin' "$copy/output" && return 1
    return 2
}

mkdir "$copy/tree"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf -) | tar -xf - -C "$copy/tree"

mutants=()
for patch in "$here"/*.patch; do
    if wanted "$(basename "$patch" .patch)" "$@"; then mutants+=("$patch"); fi
done

for module in $(for patch in "${mutants[@]}"; do field Module "$patch"; done | sort -u); do
    tests=$(for patch in "${mutants[@]}"; do
        if [ "$(field Module "$patch")" = "$module" ]; then field Tests "$patch" | tr , '\n'; fi
    done | sort -u | paste -sd,)
    echo "unbroken: $module, $tests"
    run_tests "$module" "$tests" || { cat "$copy/output"; echo "The tests fail without a mutant."; exit 1; }
done

printf '\n| mutant | verdict | first test that fails |\n| --- | --- | --- |\n'
caught=0
bad=0
for patch in "${mutants[@]}"; do
    status=2
    first=""
    if git -C "$copy/tree" apply "$patch" 2>"$copy/output"; then
        status=0
        run_tests "$(field Module "$patch")" "$(field Tests "$patch")" || status=$?
        git -C "$copy/tree" apply -R "$patch"
    fi
    case $status in
        0) verdict=SURVIVED ;;
        1) verdict=caught first=$(sed -n 's/^\[ERROR\] .*\.\([A-Za-z]*Test\.[A-Za-z_]*\).* -- Time elapsed.*/\1/p;T;q' "$copy/output") ;;
        124) verdict="caught (hangs)" ;;
        *) verdict=BROKEN first=$(grep -m 1 'error:\|ERROR' "$copy/output" || true) ;;
    esac
    if [[ $verdict == caught* ]]; then caught=$((caught + 1)); else bad=$((bad + 1)); fi
    echo "| $(basename "$patch" .patch): $(field Mutant "$patch") | $verdict | $first |"
done
printf '\nmutants %d, caught %d, survived or broken %d\n' "${#mutants[@]}" "$caught" "$bad"
[ "$bad" -eq 0 ]
