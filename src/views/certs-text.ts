import { ownLine } from '../util/terminal-text.ts';
import { tableText } from './table.ts';

/** As far as this view needs to know it. */
interface Stores {
  readonly project: string;
  readonly ca:
    | { readonly subject: string; readonly fingerprint: string; readonly validTo: string }
    | undefined;
  readonly stores: readonly {
    readonly store: string;
    readonly folder: string;
    readonly state: keyof typeof STATES;
    readonly why?: string;
  }[];
}

const STATES = {
  trusted: 'trusts it',
  other: 'has an older one',
  absent: 'does not trust it',
  unknown: 'cannot be read',
} as const;

/** Each store with how the project's CA stands in it, and which CA that is. */
export function certsText({ project, ca, stores }: Stores): string {
  const head =
    ca === undefined
      ? `${ownLine(`the CA of ${project}, for names below localhost`)}\n`
      : `${ownLine(`${ca.subject}, for names below localhost, until ${ca.validTo}`)}\n${ownLine(`SHA-256 ${ca.fingerprint}`)}\n`;
  const rows = stores.map(({ store, state, why, folder }) => [
    `  ${store}`,
    why === undefined ? STATES[state] : `${STATES[state]}: ${why}`,
    folder,
  ]);
  const none = '  no store of certificates that dev knows\n';
  return head + (rows.length === 0 ? none : tableText(rows));
}

/** What could be done; nothing where there is no store, or each trusts it. */
export function certsHint(stores: Stores['stores']): string {
  const isTrusted = stores.every(({ state }) => state === 'trusted');
  return isTrusted ? '' : 'dev certs trust has them trust it\n';
}
