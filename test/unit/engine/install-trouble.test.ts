import { describe, expect, it } from 'vitest';
import { installTrouble } from '../../../src/engine/install-trouble.ts';

describe('a lockfile that does not match', () => {
  // As the package managers print it.
  it.each([
    [
      'npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.',
      'package-lock.json',
    ],
    [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with <ROOT>/package.json',
      'pnpm-lock.yaml',
    ],
    [
      'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
      'yarn.lock',
    ],
    [
      '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
      'yarn.lock',
    ],
    ['error: lockfile had changes, but lockfile is frozen', 'bun.lock'],
    ['main.go:3:8: missing go.sum entry for module providing package example.com/x', 'go.sum'],
    ['go: updates to go.mod needed; to update it:\n\tgo mod tidy', 'go.sum'],
    [
      'pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.',
      'poetry.lock',
    ],
    [
      'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.',
      'uv.lock',
    ],
  ])('%j: %s', (output, lockfile) => {
    const found = installTrouble(output);
    expect(found?.why).toContain(`${lockfile} does not match`);
    expect(found?.cure).toContain(`commit ${lockfile}`);
  });

  it.each(['npm error code E404', 'npm error code ERESOLVE', ''])('is not %j', (output) => {
    expect(installTrouble(output)).toBeUndefined();
  });
});

describe('a registry, or a package manager, that is no help', () => {
  // As the package managers print it.
  it.each([
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'not trusted'],
    ['go: github.com/a/b@v1: x509: certificate signed by unknown authority', 'not trusted'],
    ['SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]', 'not trusted'],
    ['PKIX path building failed: sun.security.provider.certpath', 'not trusted'],
    ['npm error code ENOTFOUND\nnpm error request to https://r.example/x failed', 'not known'],
    ['dial tcp: lookup proxy.golang.org on 127.0.0.53:53: no such host', 'not known'],
    ["Failed to establish a new connection: [Errno -2] Name or service not known'", 'not known'],
    ['npm error code E401\nnpm error Unable to authenticate, your authentication token', 'login'],
    [' ERR_PNPM_FETCH_403  GET https://r.example/x: Forbidden - 403', 'login'],
    ['npm error code ETIMEDOUT', 'does not answer'],
    ['dial tcp 10.0.0.1:443: connect: connection refused', 'does not answer'],
    [
      "➤ YN0001: │ Error: EBUSY: resource busy or locked, rmdir '/workspace/node_modules'",
      "Plug'n'Play",
    ],
    [
      ' ERROR  Refusing to run pnpm@8.6.12: its npm registry signature could not be verified (pnpm@8.6.12 has no registry signature on https://r.example/).',
      'does not pass on',
    ],
    ['npm error Exit handler never called!', 'npm ended without a reason'],
  ])('%j: %s', (output, why) => {
    expect(installTrouble(output)?.why).toContain(why);
  });
});

describe('a language of another version than is asked for', () => {
  it.each([
    ['go: go.mod requires go >= 1.99 (running go 1.24.4; GOTOOLCHAIN=local)', 'go 1.99'],
    [
      "ERROR: Package 'own' requires a different Python: 3.13.5 not in '>=3.99'",
      'a package asks for python >=3.99',
    ],
    [
      'Current Python version (3.13.5) is not allowed by the project (>=3.99).',
      'pyproject.toml asks for python >=3.99',
    ],
    [
      'npm error code EBADENGINE\nnpm error notsup Not compatible: a@1.0.0\nnpm error notsup Required: {"npm":">1","node":">=99"}\nnpm error notsup Actual: {"node":"v20.19.2"}',
      'package.json asks for node >=99',
    ],
    [
      ' ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment\n\nExpected version: >=99\nGot: v20.19.2',
      'package.json asks for node >=99',
    ],
    [
      'error a@1.0.0: The engine "node" is incompatible with this module. Expected version ">=99". Got "20.19.2"',
      'package.json asks for node >=99',
    ],
  ])('is told with what is asked for: %s', (output, why) => {
    const told = installTrouble(output);
    expect(told?.why).toContain(why);
    expect(told?.cure).toMatch(/image: (?:go|python|node)@VERSION/);
  });

  it('is not told for a warning', () => {
    const warned = 'npm warn EBADENGINE Unsupported engine { required: { node: ">=99" } }';
    expect(installTrouble(`${warned}\nnpm error code E404`)).toBeUndefined();
  });
});
