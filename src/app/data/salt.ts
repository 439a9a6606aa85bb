/** Eight hex digits that nobody has used. */
export const saltOf = (): string => crypto.randomUUID().slice(0, 8);
