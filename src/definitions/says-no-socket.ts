/** As the settings file is made. */
const NO_SOCKET = /^ +engine_socket: false(?:[ \t\r]|$)/m;

/** Whether a settings text surely leaves the tools without the engine's socket, seen without parsing it. */
export function saysNoSocket(text: string): boolean {
  // Within quotes a key can be written with escapes.
  return !text.includes('\\') && text.split('engine_socket').length === 2 && NO_SOCKET.test(text);
}
