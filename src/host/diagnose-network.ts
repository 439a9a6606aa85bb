import type { MachineFacts } from './facts.ts';
import { fine, type Finding } from './finding.ts';

/** Certificates and tokens are refused by then, and files that were saved seem old. */
const CLOCK_LIMIT_MS = 30_000;

/** What names, clocks and proxies are like between this machine and its engine. Pure. */
export function diagnoseNetwork(facts: MachineFacts): readonly Finding[] {
  return [...localhostNames(facts), ...engineClock(facts), ...proxy(facts)];
}

function localhostNames({ localhostNames: answer }: MachineFacts): readonly Finding[] {
  switch (answer) {
    case undefined:
      return [];
    case 'loopback':
      return [fine('localhost-names', 'names like shop.localhost lead to this machine')];
    case 'elsewhere':
      return [
        {
          id: 'localhost-names',
          level: 'warning',
          what: 'names like shop.localhost lead somewhere else than to this machine',
          why: 'the resolver answers them with an address of its own',
          cure: 'add the line "hosts: files myhostname dns" to /etc/nsswitch.conf (package libnss-myhostname), or ask who runs the DNS server',
          fixable: false,
        },
      ];
    case 'unknown':
      return [
        {
          id: 'localhost-names',
          level: 'warning',
          what: 'names like shop.localhost are not known here',
          why: 'browsers know them by themselves; curl before 7.78 and most other programs ask the system',
          cure: 'apt install libnss-myhostname, or write the names into /etc/hosts',
          fixable: false,
        },
      ];
  }
}

function engineClock({ engineSays }: MachineFacts): readonly Finding[] {
  const offsetMs = engineSays?.clockOffsetMs;
  if (offsetMs === undefined) return [];
  if (Math.abs(offsetMs) < CLOCK_LIMIT_MS) return [fine('clock', 'the engine’s clock is right')];
  const seconds = `${String(Math.round(Math.abs(offsetMs) / 1000))} s`;
  return [
    {
      id: 'clock',
      level: 'warning',
      what: `the engine’s clock is ${seconds} ${offsetMs < 0 ? 'behind' : 'ahead of'} this machine’s`,
      why: 'its machine slept, or nothing sets its time: certificates and tokens are refused',
      cure: 'restart the engine’s machine, or set its time (timedatectl set-ntp true)',
      fixable: false,
    },
  ];
}

const isProxy = (name: string): boolean => /^https?_proxy$/i.test(name);

function proxy({ engineSays, networkVariables, endpoint }: MachineFacts): readonly Finding[] {
  const [own] = networkVariables.filter(isProxy);
  if (own === undefined || engineSays === undefined) return [];
  if (engineSays.proxied) return [fine('proxy', 'the engine pulls through a proxy, as you do')];
  const where =
    endpoint.kind === 'local'
      ? 'name it in /etc/docker/daemon.json ("proxies": {"https-proxy": …}), and restart the engine'
      : 'name it in the settings of your engine (Docker Desktop: Resources, Proxies)';
  return [
    {
      id: 'proxy',
      level: 'warning',
      what: `you have ${own}, and the engine has no proxy`,
      why: 'images are pulled by the engine, not by you: they may not be reachable',
      cure: where,
      fixable: false,
    },
  ];
}
