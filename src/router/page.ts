import { htmlText } from '../util/html-text.ts';
import { addressOf, type RouterPorts, type RouterRecord } from './record.ts';

/** What is shown for a name that nobody has: what runs. */
export function listPage(records: readonly RouterRecord[], ports: RouterPorts): string {
  const sections = records.map(({ instance, root, routes }) => {
    const links = routes.map(({ host, service }) => {
      const address = addressOf(host, ports);
      return `<li><a href="${htmlText(address)}">${htmlText(address)}</a> ${htmlText(service)}</li>`;
    });
    return `<h2>${htmlText(instance)}</h2><p>${htmlText(root)}</p><ul>${links.join('')}</ul>`;
  });
  return page(
    'Nothing has this name',
    `<p>These run:</p>${sections.join('') || '<p>nothing (dev up)</p>'}`,
  );
}

/** What is shown where the container behind a name does not answer. */
export function gonePage(): string {
  return page(
    'It does not answer',
    '<p>The service behind this address does not run, or does not listen (yet): <code>dev status</code>, <code>dev logs</code>.</p>',
  );
}

function page(title: string, body: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${title}</title>`,
    '<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:3rem auto;padding:0 1rem}',
    'h2{margin:2rem 0 0}p{margin:.2rem 0;color:#555}</style></head>',
    `<body><h1>${title}</h1>${body}</body></html>\n`,
  ].join('\n');
}
