import { useEffect, useState } from 'preact/hooks';

import { routeOf, type Route } from '../view/routes.js';

/** The page that the address names. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const heard = (): void => setHash(location.hash);
    addEventListener('hashchange', heard);
    return () => removeEventListener('hashchange', heard);
  }, []);
  return routeOf(hash);
}

export function goTo(href: string): void {
  location.hash = href;
}
