/**
 * Random edits of published ports on the real engine: after `dev up`, or after the session has applied
 * the edit, every port is what the file says and its service answers there; nothing is left to do.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { tailEvents } from './event-tail.ts';
import { PORT_SERVER, PORTS_TAKEN, PortStack, type WantedPorts } from './port-stack.ts';
import { seeded, type Random } from './random.ts';
import { createRig, type Rig } from './rig.ts';
import { waitFor } from './wait-for.ts';

const UP = ['up', '--yes', '--detach'];
const FILE = 'compose/base.yaml';

interface BadPorts {
  readonly round: number;
  readonly edits: readonly string[];
  readonly wrong: readonly string[];
}

interface Bound {
  readonly service: string;
  readonly containerPort: string;
  readonly address: string;
  readonly port: number;
}

/**
 * @param tell told each round.
 * @returns the rounds that were wrong.
 */
export async function portRounds(
  seed: number,
  rounds: number,
  tell: (line: string) => void = () => undefined,
): Promise<readonly BadPorts[]> {
  const random = seeded(seed);
  const stack = new PortStack(random, await freeSpan(random));
  const files = { 'dev.yaml': 'name: ports\n', [FILE]: stack.text(), 'server.pl': PORT_SERVER };
  const rig = createRig({ files });
  const bad: BadPorts[] = [];
  try {
    const first = await rig.dev(UP);
    if (first.status !== 0) throw new Error(rig.transcript());
    const tail = await tailEvents(rig);
    for (let round = 0; round < rounds; round += 1) {
      const edits = Array.from({ length: 1 + random.under(3) }, () => stack.edit());
      const bySession = random.under(2) === 0;
      const said = bySession ? await followed() : await brought();
      const wrong = [...said, ...(await wrongPorts(stack.wanted(), rig)), ...(await left(rig))];
      const how = bySession ? 'session' : 'dev up';
      tell(`${wrong.length === 0 ? 'ok ' : 'BAD'} ${String(round)} ${how}: ${edits.join('; ')}`);
      for (const line of wrong) tell(`    ${line}`);
      if (wrong.length > 0) bad.push({ round, edits, wrong });
    }

    async function followed(): Promise<readonly string[]> {
      const save = await tail.save({ [FILE]: changed() });
      const plan = await tail.next(
        'plan',
        (event) =>
          event.save >= save && event.state !== 'applying' && event.state !== 'waiting-for-answer',
      );
      return plan.failures === undefined || plan.failures.length === 0
        ? []
        : [JSON.stringify(plan.failures)];
    }

    async function brought(): Promise<readonly string[]> {
      rig.write(FILE, changed());
      const up = await rig.dev(UP);
      const notes = up.stderr.split('\n').filter((line) => /is taken by|is free again/.test(line));
      return up.status === 0 ? notes : [up.stdout + up.stderr];
    }

    /** Never the same text: a save that changes nothing is none. */
    function changed(): string {
      return `${stack.text()}# ${String((edited += 1))}\n`;
    }
  } finally {
    await rig.remove();
  }
  return bad;
}

let edited = 0;

/** Several free ports side by side, where systems give none to clients. */
async function freeSpan(random: Random): Promise<number> {
  const first = 21_000 + random.under(9000);
  for (let port = first; port < first + PORTS_TAKEN; port += 1) {
    if (await isTaken(port)) return freeSpan(random);
  }
  return first;
}

const isTaken = (port: number): Promise<boolean> =>
  tcpAnswer('127.0.0.1', port).then(
    () => true,
    () => false,
  );

async function left(rig: Rig): Promise<readonly string[]> {
  const again = await rig.dev(UP);
  return again.stdout.includes('nothing to do') ? [] : [`again: ${again.stdout}${again.stderr}`];
}

async function wrongPorts(all: readonly WantedPorts[], rig: Rig): Promise<readonly string[]> {
  const bound = await boundPorts(rig);
  const wrong: string[] = [];
  for (const wanted of all) {
    const { service, containerPort, address, from, containers } = wanted;
    const own = bound.filter(
      (one) => one.service === service && one.containerPort === containerPort,
    );
    const fits = own.every((one) => one.address === address && from.includes(one.port));
    if (
      !fits ||
      own.length !== containers ||
      new Set(own.map(({ port }) => port)).size < containers
    )
      wrong.push(`${JSON.stringify(wanted)}, is ${JSON.stringify(own)}`);
    for (const { port } of own) {
      const ask = containerPort.endsWith('udp') ? udpAnswer : tcpAnswer;
      // Before the server listens, the engine takes connections, and ends them.
      const listens = async (): Promise<string | false> => (await ask(address, port)) || false;
      const said = await waitFor('an answer', listens, { timeoutMs: 10_000 }).catch(String);
      if (said !== service) wrong.push(`${address}:${String(port)}: ${said}, not ${service}`);
    }
  }
  const wantedCount = all.reduce((sum, { containers }) => sum + containers, 0);
  if (bound.length !== wantedCount)
    wrong.push(`${String(bound.length)} ports: ${JSON.stringify(bound)}`);
  return wrong;
}

async function boundPorts(rig: Rig): Promise<readonly Bound[]> {
  const label = `label=com.docker.compose.project=${rig.name}`;
  const listed = await rig.run(['docker', 'ps', '--quiet', '--filter', label]);
  const ids = listed.stdout.split('\n').filter((line) => line !== '');
  const shown = await rig.run(['docker', 'inspect', ...ids]);
  const containers = JSON.parse(shown.stdout) as readonly {
    readonly Config: { readonly Labels: Readonly<Record<string, string>> };
    readonly NetworkSettings: {
      readonly Ports: Readonly<
        Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
      >;
    };
  }[];
  return containers.flatMap(({ Config, NetworkSettings }) =>
    Object.entries(NetworkSettings.Ports).flatMap(([containerPort, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        service: Config.Labels['com.docker.compose.service'] ?? '',
        ...{ containerPort, address: HostIp, port: Number(HostPort) },
      })),
    ),
  );
}

function tcpAnswer(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
  return text(socket);
}

function udpAnswer(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer')), 1000);
    socket.on('error', reject);
    socket.on('message', (message) => {
      clearTimeout(late);
      resolve(message.toString());
    });
    socket.send('who', port, host);
  }).finally(() => socket.close());
}
