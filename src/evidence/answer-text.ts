/** `undefined` and an empty text are two things. */
export const answerText = (answer: unknown): string =>
  answer === undefined ? '-' : JSON.stringify(answer);
