const CANDIDATE = '-candidate';

/** What an image is called until it was tried. */
export function candidateOf(reference: string): string {
  return `${reference}${CANDIDATE}`;
}

export function isCandidate(reference: string): boolean {
  return reference.endsWith(CANDIDATE);
}
