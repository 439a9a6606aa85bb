import type { KindDump } from './kind.ts';

/**
 * Credentials come from the container's own environment and secret file, and go to the server through
 * the client's input. `home` is where a second server has what is restored.
 */
const CONNECT = `
set -eu
first() { for one in "$@"; do command -v "$one" && return; done; echo "error: there is none of $*" >&2; exit 1; }
client=$(first valkey-cli redis-cli keydb-cli)
server=$(first valkey-server redis-server keydb-server)
check=$(first valkey-check-rdb redis-check-rdb keydb-check-rdb)
file=\${REDIS_PASSWORD_FILE:-\${VALKEY_PASSWORD_FILE:-}}
if [ -n "$file" ]; then REDISCLI_AUTH=$(cat "$file"); else REDISCLI_AUTH=\${REDIS_PASSWORD:-\${VALKEY_PASSWORD:-}}; fi
[ -n "$REDISCLI_AUTH" ] && export REDISCLI_AUTH || unset REDISCLI_AUTH
# Prints what the server answers, and fails where that is an error.
ask() {
  said=$(printf '%s\\n' "$*" | "$client" 2>&1 | tr -d '\\r')
  case $said in
    ERR* | NOAUTH* | WRONGPASS* | NOPERM* | LOADING* | MISCONF* | READONLY* | NOSCRIPT* | 'Could not connect'* | AUTH\\ failed*)
      echo "error: $said" >&2
      return 1 ;;
  esac
  printf '%s\\n' "$said"
}
fact() { ask INFO "$1" | sed -n "s/^$2://p"; }
setting() { ask CONFIG GET "$1" | sed -n 2p; }
folder=$(setting dir)
[ -w "$folder" ] || folder=/tmp
patience=\${ONESTACK_DATA_PATIENCE:-60}
seen='' since=''
# Whether what is given has been the same for so many seconds: nothing gets on any more.
stuck() {
  read -r now rest </proc/uptime
  now=\${now%%.*}
  if [ -z "$since" ] || [ "$*" != "$seen" ]; then seen=$* since=$now; fi
  [ $((now - since)) -ge "$patience" ]
}
# Waits until nothing is being written any more.
settled() {
  since='' asked=''
  while :; do
    facts=$(ask INFO persistence)
    writes=$(printf '%s\\n' "$facts" | grep -E '^(rdb_bgsave_in_progress|aof_rewrite_in_progress|aof_rewrite_scheduled):1$') || return 0
    moved=$(
      printf '%s\\n' "$facts" | grep -E '^current_(save_keys|fork)' || :
      ls -ln "$folder"/temp-* "$folder"/*/temp-* 2>/dev/null || :
    )
    if stuck "$writes $moved"; then
      echo "error: for $patience s it has not got on with writing to its disk:" $writes >&2
      exit 1
    fi
    # What failed before is put off for up to an hour, and begins at once where it is asked for.
    if [ "$writes" = aof_rewrite_scheduled:1 ] && [ -z "$asked" ]; then
      asked=yes
      ask BGREWRITEAOF >/dev/null || :
    fi
    sleep 0.05
  done
}
alive() { [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status"; }
`;

/** What a check of a file says, as counts. */
const COUNTED = `
counted() {
  sed -n 's/.*\\] \\([0-9][0-9]*\\) keys read$/keys \\1/p; s/.*\\] \\([0-9][0-9]*\\) expires$/fading \\1/p' "$1" |
    awk '{ n[$1] = $2 } END { printf "[\\"keys\\", %d]\\n[\\"keys that expire\\", %d]\\n", n["keys"] - n["fading"], n["fading"] }'
}
checked() {
  "$check" "$1" >"$2" 2>&1 && return
  echo "error: it is no whole RDB file: $(grep -v '^$' "$2" | tail -n 1)" >&2
  exit 1
}
`;

/** Ends what an earlier restore has left: also its server as the one that ours follows. */
const REMOVE = `
remove() {
  for home in "$folder"/.onestack_restoring_* /tmp/.onestack_restoring_*; do
    [ -d "$home" ] || continue
    if [ "$(fact replication role)" = slave ] && [ "$(fact replication master_host)" = 127.0.0.1 ]; then
      ask REPLICAOF NO ONE >/dev/null
    fi
    [ ! -s "$home/pid" ] || kill -9 "$(cat "$home/pid")" 2>/dev/null || :
    rm -rf "$home"
  done
}
`;

/** The second server, and what it says. */
const SECOND = `
home=$folder/.$1
second() { REDISCLI_AUTH=$(cat "$home/word") "$client" -h 127.0.0.1 -p "$(cat "$home/port")" 2>&1 | tr -d '\\r'; }
keys() {
  sed -n 's/^db[0-9]*:keys=\\([0-9]*\\),expires=\\([0-9]*\\).*/\\1 \\2/p' |
    awk '{ all += $1; fading += $2 } END { printf "[\\"keys\\", %d]\\n[\\"keys that expire\\", %d]\\n", all - fading, fading }'
}
`;

export const redisDump: KindDump = {
  tool: 'BGSAVE',
  contents: 'redis',
  file: 'dump.rdb',
  counts: [undefined, 'key'],
  // Some go by themselves while it is loaded.
  fading: ['keys that expire'],
  formats: ['rdb'],
  dump: `${CONNECT}
settled
if ask BGSAVE >/dev/null; then
  settled
  if [ "$(fact persistence rdb_last_bgsave_status)" = ok ]; then
    exec cat "$(setting dir)/$(setting dbfilename)"
  fi
fi
# Where it cannot write a file.
exec "$client" --rdb -`,
  inspect: `${CONNECT}${COUNTED}
home=$(mktemp -d "$folder/.onestack_restoring_XXXXXX")
trap 'rm -rf "$home"' EXIT
cat >"$home/dump.rdb"
checked "$home/dump.rdb" "$home/check"
counted "$home/check"`,
  prepare: `${CONNECT}${REMOVE}
remove
[ "$(fact replication role)" = master ] || { echo 'error: it follows another server; restore into that one' >&2; exit 1; }
[ "$(fact cluster cluster_enabled)" != 1 ] || { echo 'error: it is one of a cluster' >&2; exit 1; }
mkdir -m 700 "$folder/.$1"`,
  load: `${CONNECT}${SECOND}${COUNTED}
cat >"$home/dump.rdb"
checked "$home/dump.rdb" "$home/check"`,
  count: `${CONNECT}${SECOND}
umask 077
od -An -tx1 -N24 /dev/urandom | tr -d ' \\n' >"$home/word"
number=0
while :; do
  number=$((number + 1))
  port=$((20000 + $(od -An -tu2 -N2 /dev/urandom) % 40000))
  echo "$port" >"$home/port"
  cat >"$home/conf" <<CONF
bind 127.0.0.1
port $port
requirepass $(cat "$home/word")
logfile $home/log
dir $home
dbfilename dump.rdb
databases $(setting databases)
save ""
appendonly no
repl-diskless-sync-delay 0
CONF
  : >"$home/log"
  "$server" "$home/conf" </dev/null >>"$home/log" 2>&1 &
  echo "$!" >"$home/pid"
  since=''
  until [ "$(echo PING | second)" = PONG ] || ! alive "$!"; do
    if stuck "$(echo 'INFO persistence' | second | grep '^loading_loaded_bytes')"; then
      echo "error: a second server has not got on with reading it for $patience s" >&2
      exit 1
    fi
    sleep 0.05
  done
  [ "$(echo PING | second)" != PONG ] || break
  if ! grep -qi 'address already in use' "$home/log" || [ "$number" = 9 ]; then
    echo "error: a second server cannot read it: $(grep -v '^ *$' "$home/log" | grep -v 'exiting now' | tail -n 1)" >&2
    exit 1
  fi
done
echo 'INFO keyspace' | second | keys`,
  // The server itself fetches all from the second one, into a data set beside its own, and goes over to
  // that in one moment. Then what it writes to the disk is waited for.
  swap: `${CONNECT}${SECOND}
before=$(setting masterauth)
way=$(setting repl-diskless-load)
ask CONFIG SET repl-diskless-load swapdb >/dev/null
ask CONFIG SET masterauth "$(cat "$home/word")" >/dev/null
back() {
  ask REPLICAOF NO ONE >/dev/null
  ask CONFIG SET masterauth "\\"$before\\"" >/dev/null
  ask CONFIG SET repl-diskless-load "$way" >/dev/null
}
ask REPLICAOF 127.0.0.1 "$(cat "$home/port")" >/dev/null
since=''
until [ "$(fact replication master_link_status)" = up ] && [ "$(fact replication master_sync_in_progress)" = 0 ]; do
  if stuck "$(ask INFO replication | grep -E '^master_(link_status|sync_left|sync_read)') $(fact persistence loading_loaded_bytes)" || ! alive "$(cat "$home/pid")"; then
    link=$(fact replication master_link_status)
    back
    echo "error: it cannot follow the second server: the link is $link" >&2
    exit 1
  fi
  sleep 0.05
done
back
want=$(echo 'INFO keyspace' | second | keys | head -n 1)
have=$(ask INFO keyspace | keys | head -n 1)
[ "$want" = "$have" ] || { echo "error: not all of it arrived: $have of $want" >&2; exit 1; }
settled
if [ "$(fact persistence aof_enabled)" = 1 ]; then
  [ "$(fact persistence aof_last_bgrewrite_status)" = ok ] || { echo 'error: it is there, but could not be written to the disk' >&2; exit 1; }
elif [ -n "$(setting save)" ]; then
  ask BGSAVE >/dev/null
  settled
  [ "$(fact persistence rdb_last_bgsave_status)" = ok ] || { echo 'error: it is there, but could not be written to the disk' >&2; exit 1; }
fi`,
  clear: `${CONNECT}${REMOVE}
remove`,
};
