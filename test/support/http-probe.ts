/**
 * The `test` of a Compose health check that wants a 200 of an HTTP server in its container. By bash alone: suites
 * run hundreds of containers, and each probe of a Node process of its own costs more than all else they do.
 * @param port as the shell writes it: a number, or `$$PORT`.
 */
export function httpProbe(port: number | string, path = '/'): string {
  const request = `GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n`;
  const script = [
    `exec 3<>/dev/tcp/localhost/${String(port)}`,
    `printf '${request}' >&3`,
    'read -r status <&3',
    "[[ $$status == *' 200 '* ]]",
  ].join(' && ');
  return JSON.stringify(['CMD', 'bash', '-c', script]);
}
