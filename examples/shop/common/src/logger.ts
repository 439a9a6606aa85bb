import { pino } from 'pino';

export type { Logger } from 'pino';

/**
 * Logs one JSON object a line to stdout. All services of the shop, the Go and the nginx ones too, use
 * the same names: `time`, `level`, `service`, `message`, and `requestId` wherever there is a request.
 */
export function createLogger(service: string, level = process.env['LOG_LEVEL'] ?? 'info') {
  return pino({
    level,
    base: { service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
