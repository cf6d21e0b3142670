type Parameters = Readonly<Record<string, unknown>>;

/**
 * What statements read as `$given.name`. Neo4j plans a statement anew for each size of a list or text that is a
 * parameter itself (one, up to ten, up to a hundred and so on, each with each); what is inside a map makes no
 * difference to it.
 */
export function given(parameters: Parameters): { readonly given: Parameters } {
  return { given: parameters };
}
