/** What is looked for in any object, by promises and by those who print it. */
const ASKED_OF_ANYTHING = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof']);

/**
 * A port, or a record, of which a test says what it uses. Whatever else of it is touched fails by
 * name, so that a test sees what it left out.
 * @param onCall is told of each call of a method, before it is answered.
 */
export function partly<T extends object>(
  answers: Partial<T>,
  onCall?: (method: keyof T & string) => void,
): T {
  return new Proxy(answers, {
    get(target, name) {
      if (typeof name === 'symbol' || ASKED_OF_ANYTHING.has(name)) return undefined;
      if (!Object.hasOwn(target, name)) throw new Error(`the test does not say what ${name} is`);
      const answer: unknown = Reflect.get(target, name);
      if (typeof answer !== 'function' || onCall === undefined) return answer;
      return (...args: unknown[]): unknown => {
        // It is one of the names of `answers`.
        onCall(name as keyof T & string);
        return Reflect.apply(answer, target, args) as unknown;
      };
    },
    // What is missing throws when it is touched: the type holds for all that is given out.
  }) as T;
}
