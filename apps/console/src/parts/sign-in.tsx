import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Asks for the key that the API wants. */
export function SignIn({ onKey }: { readonly onKey: (key: string) => void }): JSX.Element {
  const [key, setKey] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== '') onKey(key.trim());
  };
  return (
    <form class="panel narrow" onSubmit={submit}>
      <h1>This Penstock asks for a key</h1>
      <p>An API key or a token. It is kept in this tab, and forgotten when the tab closes.</p>
      <label class="field">
        Key
        <input
          type="password"
          autocomplete="off"
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <button class="primary">Use it</button>
    </form>
  );
}
