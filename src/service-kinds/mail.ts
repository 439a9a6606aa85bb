import type { ServiceKind } from './kind.ts';

/** A mail catcher: takes every mail, sends none, and shows them on a page. */
export const mail: ServiceKind = {
  name: 'mail',
  title: 'Mail catcher',
  images: ['maildev', 'mailpit', 'mailhog', 'mailcatcher', 'smtp4dev'],
  variables: ['MAILDEV_', 'MP_'],
  ports: [
    { port: 1025, scheme: 'smtp' },
    { port: 25, scheme: 'smtp' },
    { port: 1080, scheme: 'http' },
  ],
  probe: { answer: /^220 / },
};
