/** Where `run-module` finds the command that it runs instead; `run-module` has the same words. */
const PLACE = '"$HOME/.onestack-debug"';

/**
 * Holds a module's process in its debugger for as long as somebody listens: at the end of its input,
 * however that came, the process is started as ever. `held` is said once it is.
 */
const HOLD = `
place=${PLACE}
holder=$(cat "$place.holder" 2>/dev/null) && kill -s 0 "$holder" 2>/dev/null && exit 75
trap 'rm -f "$place" "$place.holder"; kill -s HUP 1; exit' EXIT
trap 'exit 143' TERM INT HUP
echo "$$" >"$place.holder" && printf '%s\\n' "$1" >"$place.new" && mv "$place.new" "$place" || exit 73
kill -s HUP 1
echo held
while read -r _; do :; done
`;

const IS_HELD = `holder=$(cat ${PLACE}.holder) && kill -s 0 "$holder"`;

/** Ends with 0 where somebody holds it. */
export const IS_HELD_ARGV: readonly string[] = ['sh', '-c', IS_HELD];

/** Somebody else holds it. */
export const HELD_STATUS = 75;

export function holdArgv(command: string): readonly string[] {
  return ['sh', '-c', HOLD, 'sh', command];
}

/** Ends with 0 as soon as somebody listens on a port of the container. No connection is made. */
export function awaitPortArgv(port: number, limitMs: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const script = `
turns=${String(Math.ceil(limitMs / 50))}
while [ "$turns" -gt 0 ]; do
  grep -qsE '^ *[0-9]+: [0-9A-F]+:${hex} [0-9A-F:]+ 0A ' /proc/net/tcp /proc/net/tcp6 && exit 0
  turns=$((turns - 1))
  sleep 0.05
done
exit 1`;
  return ['sh', '-c', script];
}

/** Between its own streams and a port of the container, until either end closes. */
export function relayArgv(port: number): readonly string[] {
  const script = `
exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0 || exit 69
cat <&3 & reader=$!
cat <&4 >&3 & writer=$!
wait -n
kill "$reader" "$writer" 2>/dev/null`;
  return ['bash', '-c', script, 'bash', String(port)];
}
