import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface SignInParts {
  /** Whether a key was used already, and refused. */
  readonly isWrong: boolean;
  readonly onKey: (key: string) => void;
}

/** Asks for the key that the API wants. */
export function SignIn({ isWrong, onKey }: SignInParts): JSX.Element {
  const [key, setKey] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== '') onKey(key.trim());
  };
  return (
    <form class="panel narrow" onSubmit={submit}>
      <h1>This Penstock asks for a key</h1>
      <p>An API key or a token. It is kept in this tab, and forgotten when the tab closes.</p>
      {isWrong && (
        <p class="note bad" role="alert">
          The key that was used does not hold, or not any more.
        </p>
      )}
      <label class="field">
        Key
        <input
          ref={field}
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
