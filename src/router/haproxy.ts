import type { Route, RouterPorts, RouterRecord } from './record.ts';

/** Where the router finds its files in its container. */
export const SERVED = '/etc/onestack-router';
/** Ports inside of the container. */
export const INSIDE: RouterPorts = { http: 8080, https: 8443 };
/** Answers which files are in force; no project can have it, because theirs have a shorter name. */
export const CONTROL_HOST = 'generation.onestack-router.localhost';

export interface ConfigRequest {
  /** Subnets of the router's own network, CIDR. */
  readonly subnets: readonly string[];
  readonly ports: RouterPorts;
  /** Of all the files; asked for by whoever waits until they are in force. */
  readonly generation: string;
}

/** What the router looks names up in: `api.shop.localhost 3f2a1b0c9d8e:3000:plain`. */
export function hostsMap(records: readonly RouterRecord[]): string {
  const line = ({ host, container, port, secure }: Route): string =>
    `${host} ${container}:${String(port)}:${secure ? 'tls' : 'plain'}\n`;
  return records.flatMap(({ routes }) => routes.map(line)).join('');
}

/**
 * HAProxy's configuration. Nothing of a repository is in it: names are in the map. Only who comes from
 * the router's own network is listened to, and that is this machine alone: containers meet the router
 * in the networks of their projects. It is asked for an address by a container's id whenever a request
 * comes, so that one that was restarted is found.
 */
export function haproxyConfig({ subnets, ports, generation }: ConfigRequest): string {
  const own = subnets.join(' ');
  const suffix = ports.https === 443 ? '' : `:${String(ports.https)}`;
  return `global
    maxconn 4000
    # Cookies of all of localhost's ports come along.
    tune.bufsize 65536
    ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
    mode http
    timeout connect 5s
    timeout http-request 1m
    # A person may be looking at a breakpoint.
    timeout client 1h
    timeout server 1h
    timeout tunnel 24h
    http-error status 502 content-type "text/html; charset=utf-8" file ${SERVED}/gone.html
    http-error status 503 content-type "text/html; charset=utf-8" file ${SERVED}/gone.html

resolvers engine
    nameserver engine 127.0.0.11:53
    hold valid 1s
    timeout resolve 1s
    timeout retry 500ms

frontend plain
    bind :${String(INSIDE.http)}
    tcp-request connection reject unless { src ${own} } { dst ${own} }
    http-request set-var(txn.host) req.hdr(host),field(1,:),lower
    http-request return status 200 content-type text/plain string ${generation} if { var(txn.host) -m str ${CONTROL_HOST} }
    http-request set-var(txn.target) var(txn.host),map_str(${SERVED}/hosts.map)
    http-request redirect location "https://%[var(txn.host)]${suffix}%[pathq]" code 307 if { var(txn.target) -m found }
    default_backend unknown

frontend secure
    bind :${String(INSIDE.https)} ssl crt ${SERVED}/fallback.pem crt ${SERVED}/certs alpn h2,http/1.1
    tcp-request connection reject unless { src ${own} } { dst ${own} }
    http-request set-var(txn.host) req.hdr(host),field(1,:),lower
    http-request set-var(txn.target) var(txn.host),map_str(${SERVED}/hosts.map)
    use_backend unknown unless { var(txn.target) -m found }
    http-request set-var(txn.container) var(txn.target),field(1,:)
    http-request do-resolve(txn.address,engine,ipv4) var(txn.container)
    http-request set-header X-Forwarded-For 127.0.0.1
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    http-request set-header X-Forwarded-Port ${String(ports.https)}
    http-request del-header Forwarded
    use_backend gone unless { var(txn.address) -m found }
    use_backend secured if { var(txn.target),field(3,:) -m str tls }
    default_backend services

backend services
    http-request set-dst var(txn.address)
    http-request set-dst-port var(txn.target),field(2,:)
    server service 0.0.0.0:0

# Its certificate is the project's own affair: what it is for is not known here.
backend secured
    http-request set-dst var(txn.address)
    http-request set-dst-port var(txn.target),field(2,:)
    server service 0.0.0.0:0 ssl verify none sni var(txn.host)

# A page elsewhere whose name was bent to this machine is told nothing of what runs here.
backend unknown
    http-request return status 421 content-type text/plain string "this is no name of this machine" unless { var(txn.host) -m end .localhost } or { var(txn.host) -m str localhost 127.0.0.1 }
    http-request return status 404 content-type "text/html; charset=utf-8" file ${SERVED}/page.html hdr Cache-Control no-store hdr Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

backend gone
    http-request return status 503 content-type "text/html; charset=utf-8" file ${SERVED}/gone.html hdr Cache-Control no-store
`;
}
