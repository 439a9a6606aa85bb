/**
 * What an outcome was found out from: every question that was put to the file system and to the
 * engine, with its answer. Where each gets the same answer again, whoever asks them all comes to the
 * same outcome again; so it need not be worked out.
 */
import type { PortProbe } from '../ports/port-probe.ts';
import type { EngineEvidence } from './engine-evidence.ts';
import type { FileEvidence } from './file-evidence.ts';

export interface Evidence extends FileEvidence, EngineEvidence {
  /** Ports of this machine that were asked for. */
  readonly ports: readonly PortAnswer[];
}

export interface PortAnswer {
  readonly address: string;
  readonly port: number;
  readonly protocol: Parameters<PortProbe['isFree']>[2];
  readonly isFree: boolean;
}

/** Whether each port is as free or taken as it was; they are asked at the same time. */
export async function portsHold(
  ports: Evidence['ports'],
  probe: Pick<PortProbe, 'isFree'>,
): Promise<boolean> {
  const answers = await Promise.all(
    ports.map(
      async ({ address, port, protocol, isFree }) =>
        (await probe.isFree(address, port, protocol)) === isFree,
    ),
  );
  return answers.every(Boolean);
}
