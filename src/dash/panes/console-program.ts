import type { Failure } from '../../events/failure.ts';
import type { ContainerDetail } from '../../ports/engine-containers.ts';
import { kindOfService } from '../../service-kinds/table.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { ExecProgram } from './exec-source.ts';

/** The console of a database service; a failure when we know none for it. */
export function consoleProgram(
  service: string,
  image: string,
  container: Pick<ContainerDetail, 'environment' | 'exposedPorts'>,
): Result<ExecProgram, Failure> {
  const script = kindOfService(service, image, container)?.console;
  if (script === undefined) {
    return fail({
      reason: 'service',
      what: `no console is known for ${service} (${image})`,
      cure: `In dev.yaml a pane { command: …, in: ${service} } runs any program in it`,
    });
  }
  return ok({ argv: ['sh', '-c', script], environment: { TERM: 'xterm-256color' } });
}
