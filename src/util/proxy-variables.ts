/**
 * Variables that tell programs of a company's proxy, in both spellings. BuildKit predefines all of
 * them as build arguments that never get into an image.
 */
export const PROXY_VARIABLES: readonly string[] = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'FTP_PROXY',
].flatMap((name) => [name, name.toLowerCase()]);
