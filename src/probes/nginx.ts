/** A directive of an nginx configuration: `listen 443 ssl;` or `location / { … }`. */
interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly block: readonly Directive[];
}

/** Where a location passes requests on to. */
export interface NginxRoute {
  /** Ports of the server block that are reachable from outside its container. */
  readonly listens: readonly { readonly port: number; readonly tls: boolean }[];
  /** Prefix of the paths: `/api/`. */
  readonly path: string;
  readonly upstream: { readonly tls: boolean; readonly host: string; readonly port: number };
  /** What takes the place of `path`; undefined: the path goes on as it is. */
  readonly replacement: string | undefined;
}

const TOKEN = /#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([{};])|([^\s{};"'#]+)/g;

interface Token {
  readonly text: string;
  /** Punctuation; a quoted `";"` is no end of a directive. */
  readonly mark: boolean;
}

function tokens(text: string): readonly Token[] {
  // Braces of `${name}` are no blocks.
  const plain = text.replace(/\$\{(\w+)\}/g, '$$$1');
  const found: Token[] = [];
  for (const [, double, single, mark, word] of plain.matchAll(TOKEN)) {
    const value = double ?? single ?? word;
    if (mark !== undefined) found.push({ text: mark, mark: true });
    // What is neither was a comment.
    else if (value !== undefined) found.push({ text: value, mark: false });
  }
  return found;
}

/** Reads what it can; a broken end is left out, for nginx itself tells that better. */
function parse(text: string): readonly Directive[] {
  const all = tokens(text);
  let at = 0;
  const block = (): Directive[] => {
    const directives: Directive[] = [];
    let words: string[] = [];
    while (at < all.length) {
      const token = all[at];
      at += 1;
      if (token === undefined) break;
      if (!token.mark) {
        words.push(token.text);
        continue;
      }
      if (token.text === '}') return directives;
      const [name = '', ...rest] = words;
      const inner = token.text === '{' ? block() : [];
      if (name !== '') directives.push({ name, words: rest, block: inner });
      words = [];
    }
    return directives;
  };
  return block();
}

function all(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.flatMap((each) => [
    ...(each.name === name ? [each] : []),
    ...all(each.block, name),
  ]);
}

function own(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.filter((each) => each.name === name);
}

function listensOf(server: Directive): NginxRoute['listens'] {
  const written = own(server.block, 'listen');
  const listens = written.flatMap(({ words: [address = '', ...flags] }) => {
    if (/^(?:127\.|\[::1\]|localhost|unix:)/.test(address)) return [];
    const port = Number(/(?:^|:)(\d+)$/.exec(address)?.[1] ?? 80);
    return [{ port, tls: flags.includes('ssl') }];
  });
  return written.length === 0 ? [{ port: 80, tls: false }] : listens;
}

/** `$api` → `api:3000`, by the `set` directives that can be seen from there. */
function withVariables(text: string, scopes: readonly (readonly Directive[])[]): string {
  const sets = scopes.flatMap((scope) => own(scope, 'set'));
  return sets.reduce(
    (value, { words: [name = '', replacement = ''] }) =>
      name.startsWith('$') ? value.replaceAll(name, replacement) : value,
    text,
  );
}

function routeOf(
  location: Directive,
  server: Directive,
  upstreams: ReadonlyMap<string, string>,
): NginxRoute | undefined {
  const passed = own(location.block, 'proxy_pass')[0]?.words[0];
  const [first = '', second] = location.words;
  // `=`, `^~` and bare prefixes are paths; what a regular expression matches is anyone's guess.
  const path = first === '=' || first === '^~' ? second : first;
  if (passed === undefined || path?.startsWith('/') !== true) return undefined;
  const target = withVariables(passed, [location.block, server.block]);
  const [, scheme, authority = '', replacement] =
    /^(https?):\/\/([^/$]+)(\/[^$]*)?(?:\$.*)?$/.exec(target) ?? [];
  if (scheme === undefined) return undefined;
  const [, host = '', port] =
    /^(.+?)(?::(\d+))?$/.exec(upstreams.get(authority) ?? authority) ?? [];
  const tls = scheme === 'https';
  return {
    listens: listensOf(server),
    path,
    upstream: { tls, host, port: Number(port ?? (tls ? 443 : 80)) },
    replacement,
  };
}

/** The ways through an nginx, from the text of its configuration files. */
export function nginxRoutes(texts: readonly string[]): readonly NginxRoute[] {
  const directives = texts.flatMap(parse);
  const upstreams = new Map(
    all(directives, 'upstream').flatMap(({ words: [name = ''], block }) => {
      const server = own(block, 'server')[0]?.words[0];
      return server === undefined ? [] : [[name, server] as const];
    }),
  );
  return all(directives, 'server')
    .filter(({ block }) => block.length > 0)
    .flatMap((server) =>
      all(server.block, 'location')
        .map((location) => routeOf(location, server, upstreams))
        .filter((route) => route !== undefined),
    );
}

/** The path in front of the proxy that becomes `path` behind it; undefined when none does. */
export function pathThrough(route: NginxRoute, path: string): string | undefined {
  const behind = route.replacement ?? route.path;
  return path.startsWith(behind) ? route.path + path.slice(behind.length) : undefined;
}
