import type { HookDefinition } from '../model/hook.ts';
import type { Operation } from './operation.ts';

export const ENGINE_ID = 'engine';
export const imageId = (name: string): string => `image:${name}`;
export const serviceImageId = (reference: string): string => `service-image:${reference}`;
export const PIPELINE_ID = 'pipeline';
export const volumeId = (name: string): string => `volume:${name}`;
export const seedId = (image: string): string => `seed:${image}`;
export const networkId = (key: string): string => `network:${key}`;
export const startId = (service: string): string => `start:${service}`;
export const awaitId = (service: string): string => `await:${service}`;

export function operationId(operation: Operation): string {
  return operation.kind === 'remove'
    ? `remove:${operation.service}:${operation.task.slice(0, 12)}`
    : `${operation.kind}:${operation.service}`;
}

export const hookId = ({ event, number }: HookDefinition): string =>
  `hook:${event}:${String(number)}`;
