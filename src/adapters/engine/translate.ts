import type { NetworkInspectInfo, VolumeInspectInfo } from 'dockerode';
import type { EngineVersion } from '../../ports/engine.ts';
import type { NetworkDetail, VolumeDetail } from '../../ports/engine-resources.ts';

/** As the version's question is answered; Docker of old names no components. */
export interface RawVersion {
  readonly Version?: unknown;
  readonly ApiVersion?: unknown;
  readonly Components?: readonly { readonly Name?: unknown }[] | null;
}

/** Undefined where it is no answer of an engine. */
export function toVersion({
  Version: version,
  ApiVersion: apiVersion,
  Components: components,
}: RawVersion): EngineVersion | undefined {
  if (typeof version !== 'string' || typeof apiVersion !== 'string') return undefined;
  const has = (part: string): boolean =>
    components?.some(({ Name: name }) => name === part) === true;
  const product = has('Podman Engine') ? 'podman' : 'docker';
  return { product, isRootless: has('rootlesskit'), version, apiVersion };
}

/** What the list endpoint says of a volume. The client's type lacks that lists can be null. */
export function toVolume(info: VolumeInspectInfo): VolumeDetail {
  const { Labels: labels, Options: options } = info as {
    readonly [Key in 'Labels' | 'Options']: Record<string, string> | null;
  };
  return { name: info.Name, labels: labels ?? {}, driver: info.Driver, options: options ?? {} };
}

/** What the list endpoint says of a network. */
export function toNetwork(info: NetworkInspectInfo): NetworkDetail {
  return {
    name: info.Name,
    id: info.Id,
    labels: info.Labels ?? {},
    driver: info.Driver,
    options: info.Options ?? {},
    internal: info.Internal,
    attachable: info.Attachable,
    ipv6: info.EnableIPv6,
    subnets: (info.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []),
  };
}

/** The running containers of an inspected network; none of none. */
export function toMembers(info: NetworkInspectInfo | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(info?.Containers ?? {}).map(([id, { Name: name }]) => [id, name]));
}
