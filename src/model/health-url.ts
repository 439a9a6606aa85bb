import { mappingAt, type PlainMapping } from './plain.ts';

/** `curl -f localhost:8000/up`, as both programs take it. */
const BARE =
  /\b(?:curl|wget)\b[^|&;]*?\s['"]?()(?:localhost|127\.0\.0\.1)(:\d+)?(\/[^\s'"`)\]|]*)?(?=$|[\s'"|&;])/;

/** The address that a health check asks, as it is reached from other containers. */
export function healthUrl(service: string, definition: PlainMapping): string | undefined {
  const { test } = mappingAt(definition, 'healthcheck');
  const text = Array.isArray(test) ? test.join(' ') : typeof test === 'string' ? test : '';
  const local =
    /(https?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(:\d+)?(\/[^\s'"`)\]|]*)?/;
  const [, scheme, port = '', path = '/'] = local.exec(text) ?? BARE.exec(text) ?? [];
  return scheme === undefined ? undefined : `${scheme || 'http'}://${service}${port}${path}`;
}
