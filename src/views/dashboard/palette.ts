import { CHECK_KINDS } from '../../model/checks.ts';
import { hasNoPages } from '../../model/pageless-ports.ts';
import type { Intent } from '../../session/protocol.ts';
import { ACTIONS } from './bindings.ts';
import type { KeyAction } from './bindings.ts';
import type { Scene } from './scene.ts';
import type { Effect, PromptPurpose } from './ui.ts';

/** One line of the palette. */
export interface Command {
  readonly title: string;
  readonly run:
    | { readonly kind: 'action'; readonly action: KeyAction }
    | { readonly kind: 'window'; readonly window: number }
    | { readonly kind: 'effect'; readonly effect: Effect; readonly ask?: string };
}

const intent = (title: string, value: Intent, ask?: string): Command => ({
  title,
  run: {
    kind: 'effect',
    effect: { kind: 'intent', intent: value },
    ...(ask === undefined ? {} : { ask }),
  },
});

const turn = (isOn: boolean): string => (isOn ? 'on → off' : 'off → on');

/** Everything that can be done now, by name. */
export function commands(around: Scene): readonly Command[] {
  const { state, windows, addresses } = around;
  const services = Object.values(state.services);
  const { plan } = state;
  return [
    ...(plan?.state === 'waiting-for-answer'
      ? [
          intent(`apply the ${plan.operations.length} waiting changes`, {
            kind: 'answer-plan',
            plan: plan.plan,
            apply: true,
          }),
          intent('decline the waiting changes', {
            kind: 'answer-plan',
            plan: plan.plan,
            apply: false,
          }),
        ]
      : []),
    ...windows.map(({ name }, window): Command => ({
      title: `window ${name}`,
      run: { kind: 'window', window },
    })),
    ...state.modules.flatMap((module) => [
      intent(`run checks of ${module.name}`, { kind: 'run-check', modules: [module.name] }),
      ...module.checks.map(({ check }) =>
        intent(`run ${check} of ${module.name}`, {
          kind: 'run-check',
          modules: [module.name],
          only: [check],
        }),
      ),
      intent(`toggle module ${module.name} (${turn(module.run)})`, {
        kind: 'toggle-module',
        module: module.name,
      }),
      intent(`toggle watching of ${module.name} (${turn(module.watch)})`, {
        kind: 'toggle-watch',
        module: module.name,
      }),
      ...CHECK_KINDS.flatMap((kind) => {
        const check = module.checks.find((one) => one.check === kind);
        if (check === undefined) return [];
        return [
          intent(`toggle ${kind} of ${module.name} (${turn(check.enabled)})`, {
            kind: 'toggle-check',
            module: module.name,
            check: kind,
          }),
        ];
      }),
    ]),
    intent('run all checks', { kind: 'run-check' }),
    intent('cancel running checks', { kind: 'cancel-checks' }),
    intent(`toggle watching (${turn(state.watching.mode !== 'off')})`, { kind: 'toggle-watch' }),
    intent('reload the definition files', { kind: 'reload' }),
    ...services.flatMap(({ service, ports }) => [
      intent(`restart ${service}`, { kind: 'restart-service', service }),
      intent(`recreate ${service}`, { kind: 'recreate-service', service }),
      intent(
        `reset data of ${service}`,
        { kind: 'reset-data', service },
        `Remove all data of ${service} and start it empty?`,
      ),
      ...urlsOf(service, ports ?? [], addresses).map((url): Command => ({
        title: `open ${url} (${service})`,
        run: { kind: 'effect', effect: { kind: 'open-url', url } },
      })),
    ]),
    ...(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).map((action): Command => ({
      title: ACTIONS[action],
      run: { kind: 'action', action },
    })),
  ];
}

/** The commands whose title has all the typed words, those that begin with them first. */
export function matchingCommands(all: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const start = words[0] ?? '';
  return all
    .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
    .toSorted(
      (one, other) =>
        Number(other.title.toLowerCase().startsWith(start)) -
        Number(one.title.toLowerCase().startsWith(start)),
    );
}

/** The windows whose name has the typed text, with their numbers; those that begin with it first. */
export function matchingWindows(
  { windows }: Pick<Scene, 'windows'>,
  typed: string,
): readonly { readonly window: number; readonly title: string }[] {
  const text = typed.toLowerCase();
  return windows
    .map(({ name }, window) => ({ window, name: name.toLowerCase(), title: `${window}:${name}` }))
    .filter(({ title }) => title.toLowerCase().includes(text))
    .toSorted(
      (one, other) => Number(other.name.startsWith(text)) - Number(one.name.startsWith(text)),
    );
}

/** What can be chosen from while something is typed; nothing in searches and filters. */
export function promptChoices(
  { purpose, text }: { readonly purpose: PromptPurpose; readonly text: string },
  around: Scene,
): readonly { readonly title: string }[] {
  if (purpose === 'palette') return matchingCommands(commands(around), text);
  return purpose === 'window' ? matchingWindows(around, text) : [];
}

/** Where a browser finds a service: its addresses by name, then its ports. */
export function urlsOf(
  service: string,
  ports: readonly string[],
  addresses: Scene['addresses'],
): readonly string[] {
  return [...(addresses.get(service) ?? []), ...ports.flatMap((port) => urlOf(port) ?? [])];
}

/** `127.0.0.1:8443→443/tcp` → `https://localhost:8443`; undefined for what no browser opens. */
function urlOf(port: string): string | undefined {
  const match = /^(.*):(\d+)→(\d+)\/tcp$/.exec(port);
  if (match === null) return undefined;
  const [, address = '', hostPort = '', containerPort = ''] = match;
  const databases = ['5432', '3306', '6379', '27017', '5672', '9092'];
  if (databases.includes(containerPort) || hasNoPages(Number(containerPort))) return undefined;
  const local = ['127.0.0.1', '0.0.0.0', '[::]', '[::1]', '::', ''].includes(address);
  const scheme = containerPort.endsWith('443') ? 'https' : 'http';
  return `${scheme}://${local ? 'localhost' : address}:${hostPort}`;
}
