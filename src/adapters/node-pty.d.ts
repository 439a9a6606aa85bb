/* eslint-disable @typescript-eslint/triple-slash-reference -- the only way to name a file that is no module */
/// <reference path="../../node_modules/node-pty/node-pty.d.ts" />

/** The package is installed under another name than its own types declare. */
declare module 'node-pty' {
  export * from '@lydell/node-pty';
}
