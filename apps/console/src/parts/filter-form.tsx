import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

import { goTo } from '../hooks/use-route.js';
import { hrefOf, type PageName } from '../view/routes.js';

/** A form whose fields become the query of the page's address, so that a filter can be kept and sent. */
export function FilterForm({
  page,
  children,
  action = 'Filter',
}: {
  readonly page: PageName;
  readonly children: ComponentChildren;
  readonly action?: string;
}): JSX.Element {
  const submit = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const query = [...fields].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']);
    goTo(hrefOf(page, undefined, Object.fromEntries(query) as Record<string, string>));
  };
  return (
    <form class="filters" onSubmit={submit}>
      {children}
      <button>{action}</button>
    </form>
  );
}

interface FieldParts {
  readonly name: string;
  readonly title: string;
  /** What the address says; while nobody changes that, the field is the reader's. */
  readonly value: string | undefined;
}

/** One text of a filter. */
export function FilterField({
  name,
  title,
  value = '',
  isWide = false,
}: FieldParts & { readonly isWide?: boolean }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useFollowing(input, value);
  return (
    <label class={isWide ? 'field wide' : 'field'}>
      {title}
      <input ref={input} name={name} defaultValue={value} autocomplete="off" spellcheck={false} />
    </label>
  );
}

/** One choice of a filter: values with their names. */
export function FilterChoice({
  name,
  title,
  value = '',
  choices,
}: FieldParts & { readonly choices: readonly (readonly [string, string])[] }): JSX.Element {
  const select = useRef<HTMLSelectElement>(null);
  useFollowing(select, value);
  return (
    <label class="field">
      {title}
      <select ref={select} name={name}>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A field follows the address, e.g. on the way back, and keeps its focus. */
function useFollowing(field: RefObject<HTMLInputElement | HTMLSelectElement | null>, value: string): void {
  useLayoutEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
}
