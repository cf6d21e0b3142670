/** What a caller may do: look, submit and take back, or run the system. */
export const scopes = ['read', 'ingest', 'admin'] as const;

export type Scope = (typeof scopes)[number];

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
