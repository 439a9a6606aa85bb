import type { Engine } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { call, listed, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { toMembers, toNetwork } from './translate.ts';

/** What is asked of networks, and done to them. */
export function networkCalls({
  docker,
  asked,
  question,
  removal,
}: EngineClient): Pick<
  Engine,
  'networks' | 'networkMembers' | 'createNetwork' | 'connect' | 'disconnect' | 'removeNetwork'
> {
  return {
    networks: (labels) =>
      question('list networks', async () => {
        const networks = await asked.listNetworks({
          filters: listFilters(labels),
        });
        return listed(networks).map(toNetwork);
      }),
    networkMembers: (name) =>
      question('inspect the network', async () => {
        const network = await asked.getNetwork(name).inspect().catch(unless(404));
        return toMembers(network ?? undefined);
      }),
    createNetwork: (name, labels) =>
      call(`make the network ${name}`, async () => {
        const options = { Name: name, Driver: 'bridge', Labels: { ...labels } };
        await docker.createNetwork({ ...options, CheckDuplicate: true }).catch(unless(409));
      }),
    connect: (network, containerId) =>
      call('connect the container', async () => {
        await docker.getNetwork(network).connect({ Container: containerId });
      }),
    disconnect: (network, containerId) =>
      removal('disconnect the container', async (engine) => {
        const options = { Container: containerId, Force: true };
        await engine.getNetwork(network).disconnect(options).catch(unless(404));
      }),
    removeNetwork: (name) =>
      removal(`remove the network ${name}`, async (engine) => {
        await engine.getNetwork(name).remove().catch(unless(404));
      }),
  };
}
