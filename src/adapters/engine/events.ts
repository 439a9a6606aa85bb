import type Docker from 'dockerode';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { EngineEvent, WantedEvents } from '../../ports/engine.ts';
import { toVersion } from './translate.ts';

interface RawEvent {
  readonly timeNano: number;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Record<string, string> };
}

/** Podman names events otherwise where it filters them. */
async function knowsNames(docker: Docker): Promise<boolean> {
  return toVersion(await docker.version())?.product === 'docker';
}

/** The events of a project's containers, until the signal is aborted. */
export async function* readEvents(
  docker: Docker,
  project: string,
  signal: AbortSignal,
  { sinceMs, only }: WantedEvents = {},
): AsyncGenerator<EngineEvent> {
  const named = only !== undefined && (await knowsNames(docker)) ? { event: [...only] } : {};
  const label = [`${COMPOSE_LABELS.project}=${project}`];
  const stream = await docker.getEvents({
    filters: { type: ['container'], label, ...named },
    abortSignal: signal,
    ...(sinceMs !== undefined && { since: sinceMs / 1000 }),
  });
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') continue;
        // The engine's own format: https://docs.docker.com/reference/api/engine/#tag/System
        const event = JSON.parse(line) as RawEvent;
        yield {
          atMs: Math.floor(event.timeNano / 1e6),
          action: event.Action,
          containerId: event.Actor.ID,
          service: event.Actor.Attributes[COMPOSE_LABELS.service] ?? '',
          oneOff: event.Actor.Attributes[COMPOSE_LABELS.oneOff] === 'True',
          attributes: event.Actor.Attributes,
        };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
