import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { isAddress } from './address.ts';
import { compareText } from './format.ts';

/** One published port, of a short form that may name a whole range. */
export interface PortSpec {
  readonly hostIp: string;
  readonly target: number;
  /** A port, a range, or empty for any free port. */
  readonly published: string;
  readonly protocol: string;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Reads `[ip:][published:]target[/protocol]`, ranges too. Fails with the reason, in words. */
export function parsePorts(spec: string): Result<readonly PortSpec[], string> {
  const parts = spec.split(':');
  const rawTarget = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  const [targetText, protocol] = splitProtocol(rawTarget);
  const hostIp = hostAddress(parts.join(':'));
  if (hostIp === undefined) return fail(`"${parts.join(':')}" is no IP address`);
  if (targetText === '') return fail('no container port is given');
  const target = parseRange(targetText);
  if (target === undefined) return fail(`"${targetText}" is no container port`);
  const host = published === '' ? undefined : parseRange(published);
  if (published !== '' && host === undefined) return fail(`"${published}" is no host port`);
  const single = target.first === target.last;
  if (host !== undefined && target.last - target.first !== host.last - host.first && !single) {
    return fail(`the ranges ${published} and ${targetText} differ in length`);
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return fail(`"${protocol}" is no protocol`);
  const ports: PortSpec[] = [];
  for (let offset = 0; offset <= target.last - target.first; offset += 1) {
    let shown = host === undefined ? '' : String(host.first + offset);
    if (host !== undefined && single && host.first !== host.last) shown += `-${String(host.last)}`;
    ports.push({ hostIp, target: target.first + offset, published: shown, protocol });
  }
  // Sorted by the text of the port, as Compose does: 8080 stands before 81.
  ports.sort((a, b) => compareText(`${String(a.target)}/`, `${String(b.target)}/`));
  return ok(ports);
}

function splitProtocol(text: string): readonly [string, string] {
  const [port = '', protocol = ''] = text.split('/');
  if (port === '') return ['', ''];
  return [port, (protocol === '' ? 'tcp' : protocol).toLowerCase()];
}

function parseRange(text: string): Range | undefined {
  const [firstText = '', lastText] = text.split('-');
  const first = parsePort(firstText);
  const last = lastText === undefined ? first : parsePort(lastText);
  if (first === undefined || last === undefined || last < first) return undefined;
  return { first, last };
}

function parsePort(text: string): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

/** Without the brackets of an IPv6 address; undefined when it is no address. */
function hostAddress(text: string): string | undefined {
  if (text === '') return '';
  if (text.startsWith('[')) {
    if (!text.endsWith(']')) return undefined;
    const inner = text.slice(1, -1);
    return inner === '' || isAddress(inner) ? inner : undefined;
  }
  return !text.includes(':') && isAddress(text) ? text : undefined;
}
