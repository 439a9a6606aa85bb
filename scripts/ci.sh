#!/usr/bin/env bash
# Checks and tests everything, on any machine with Node, as root or with sudo without a password.
# It brings its own engine where none answers, and stops it at the end if it started it.
# The last line says how many tests there were: `N passed, N failed`.
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
: "${HOME:=/root}"
export HOME CI=1

log=$(mktemp)
engine_pid=

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# The engine that this run started, and no other: by its process id, which must still be dockerd's.
stop_engine() {
  [ -n "$engine_pid" ] || return 0
  [ "$(cat "/proc/$engine_pid/comm" 2>/dev/null)" = dockerd ] || return 0
  echo "== stopping the engine (process $engine_pid)"
  as_root kill -TERM "$engine_pid"
  for _ in {1..600}; do
    case "$(sed 's/.*) //' "/proc/$engine_pid/stat" 2>/dev/null)" in '' | Z*) return 0 ;; esac
    sleep 0.1
  done
  echo "the engine did not stop within a minute" >&2
}

finish() {
  status=$?
  trap - EXIT
  stop_engine
  engine_pid=
  summary=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  rm -f "$log"
  [ -n "$summary" ] || summary='0 passed, 0 failed'
  # What failed outside of the tests counts too: the last line never looks better than the status.
  if [ "$status" != 0 ] && [ "${summary#*, 0 failed}" != "$summary" ]; then
    summary=${summary/, 0 failed/, 1 failed}
  fi
  echo "$summary"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo '== the tool'
./dev --version || exit

echo '== the engine'
report=$(./dev doctor --fix --yes --json) || { status=$?; echo "$report"; exit "$status"; }
engine_pid=$(node -p 'JSON.parse(process.argv[1]).mended.startedPid ?? ""' "$report")

checks=0
echo '== checks'
npm run check || checks=$?
[ "$checks" = 0 ] || echo "== the checks failed (status $checks); the tests go on"

echo '== tests'
npx vitest run 2>&1 | tee "$log" || exit
[ "$checks" = 0 ] || echo '== the tests passed; what failed are the checks above'
exit "$checks"
