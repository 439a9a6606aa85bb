// An S3 of one account, which nobody enters without its key: s3rver has a key that everybody knows, and
// lets in who shows none at all.
import { createServer } from 'node:http';
import S3rver from '@20minutes/s3rver';
import AWSAccount from '@20minutes/s3rver/lib/models/account.js';

const listOf = (text = '') => text.split(',').filter((name) => name !== '');
const buckets = listOf(process.env.S3_BUCKETS);
const isPublic = new Set(listOf(process.env.S3_PUBLIC_BUCKETS));
const secret = process.env.S3_SECRET_ACCESS_KEY;
delete process.env.S3_SECRET_ACCESS_KEY;

const account = AWSAccount.DUMMY_ACCOUNT;
account.revokeAccessKey('S3RVER');
account.createKeyPair(process.env.S3_ACCESS_KEY_ID, secret);

const s3 = new S3rver({
  directory: '/data',
  silent: true,
  // `store:9000` is the service, not a bucket `store`.
  vhostBuckets: false,
  configureBuckets: [...new Set([...buckets, ...isPublic])].map((name) => ({ name })),
});
const handle = s3.callback();

/** The bucket of a path; undefined for one that leads out of it. */
function bucketOf(path) {
  try {
    const parts = path.split('/').map(decodeURIComponent);
    const leadsOut = parts.some((part) => part.split(/[/\\]/).includes('..'));
    return leadsOut ? undefined : (parts[1] ?? '');
  } catch {
    return undefined;
  }
}

/** Whether it shows a signature, which s3rver then looks at, or needs none. */
function mayEnter({ method, headers }, { searchParams }, bucket) {
  const isSigned =
    headers.authorization !== undefined ||
    searchParams.has('X-Amz-Algorithm') ||
    searchParams.has('Signature');
  const isRead = method === 'GET' || method === 'HEAD';
  return isSigned || method === 'OPTIONS' || (isRead && isPublic.has(bucket));
}

function refuse(response, status, code) {
  response.writeHead(status, { 'Content-Type': 'application/xml', Connection: 'close' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}

const server = createServer((request, response) => {
  // Not parsed by URL, which would resolve what leads out.
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (path === '/_ready') {
    response.end('ready\n');
    return;
  }
  const bucket = bucketOf(path);
  if (bucket === undefined) refuse(response, 400, 'InvalidURI');
  else if (!mayEnter(request, { searchParams: new URLSearchParams(query) }, bucket)) {
    refuse(response, 403, 'AccessDenied');
  } else handle(request, response);
});
await s3.configureBuckets();
server.listen(9000, () => console.log('an S3 listens on port 9000'));
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
