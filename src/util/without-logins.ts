/** A text of somebody's without the logins that it quotes: a registry or proxy may say what it was sent. */
export function withoutLogins(text: string): string {
  return text.replace(/\b(Basic|Bearer)[ =:]+[\w+/=.~-]{8,}/gi, '$1 …');
}
