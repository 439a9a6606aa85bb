/** Whether `host:port` is this machine: there the engine does without TLS, and so do we. */
export const isLoopbackHost = (host: string): boolean =>
  /^(?:localhost|127\.[\d.]+|\[::1\])(?::|$)/.test(host);
