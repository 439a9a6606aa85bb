import { httpsRequest } from './https-request.ts';
import type { HttpsAnswer } from './https-request.ts';
import type { Rig } from './rig.ts';

interface Order {
  readonly id: string;
  readonly status: string;
  readonly totalCents: number;
}

/** A customer of a running `examples/shop`: HTTPS with the project's own authority verified. */
export interface ShopClient {
  readonly url: string;
  get(path: string): Promise<HttpsAnswer>;
  post(path: string, json: unknown, requestId?: string): Promise<HttpsAnswer>;
  order(id: string): Promise<Order>;
}

/** Finds the front door by `dev urls`. */
export async function shopClient(rig: Rig): Promise<ShopClient> {
  const { stdout } = await rig.dev(['urls', '--json']);
  const { urls } = JSON.parse(stdout) as {
    readonly urls: readonly { readonly service: string; readonly url: string }[];
  };
  const door = urls.find(({ service, url }) => service === 'proxy' && url.startsWith('https:'));
  if (door === undefined) throw new Error(`dev urls names no HTTPS address of proxy: ${stdout}`);
  const ca = rig.read('.dev/certs/ca.crt');
  const get = (path: string) => httpsRequest(new URL(path, door.url).href, { ca });
  return {
    url: door.url,
    get,
    post: (path, json, requestId) =>
      httpsRequest(new URL(path, door.url).href, {
        ca,
        json,
        headers: requestId === undefined ? {} : { 'x-request-id': requestId },
      }),
    order: async (id) => JSON.parse((await get(`/orders/${id}`)).body) as Order,
  };
}
