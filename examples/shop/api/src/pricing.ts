import { Quote } from '@shop/common';

/** The pricing service, over HTTP. */
export interface Pricing {
  /** Undefined when there is no such article. Throws `PricingUnavailable`. */
  quote(sku: string, quantity: number, requestId: string): Promise<Quote | undefined>;
}

/** Answered as 502 Bad Gateway. */
export class PricingUnavailable extends Error {
  readonly statusCode = 502;
}

export function pricingAt(baseUrl: string, timeoutMs = 2000): Pricing {
  return {
    async quote(sku, quantity, requestId) {
      const url = new URL('/price', baseUrl);
      url.search = new URLSearchParams({ sku, quantity: String(quantity) }).toString();
      try {
        const response = await fetch(url, {
          headers: { 'x-request-id': requestId },
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (response.status === 404) return undefined;
        if (!response.ok) throw new Error(`pricing answered ${response.status}`);
        return Quote.parse(await response.json());
      } catch (cause) {
        throw new PricingUnavailable('no price to be had', { cause });
      }
    },
  };
}
