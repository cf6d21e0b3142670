import { jsonOf, noAnswer, problemOf } from './problem.js';
import type { Accepted } from './types.js';

/** Sends a form and tells how much of it is sent, which `fetch` can't. @throws RequestProblem. */
export function sendForm(
  path: string,
  form: FormData,
  { headers, onSent }: { readonly headers: Record<string, string>; readonly onSent: (share: number) => void },
): Promise<Accepted> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0));
    request.addEventListener('error', () => reject(noAnswer()));
    request.addEventListener('load', () => {
      const body = jsonOf(request.responseText);
      if (request.status === 202) resolve(body as Accepted);
      else reject(problemOf(request.status, body));
    });
    request.send(form);
  });
}
