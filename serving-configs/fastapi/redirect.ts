import type { WireAnswer, WireHead } from '../wire.ts';

/**
 * Where Starlette, on which FastAPI and others build, sends a request whose path has a slash too many at its end: to the
 * route without it; undefined where there is no such route.
 */
export const redirectOf = (
  { path, headers }: WireHead,
  routes: readonly string[],
): WireAnswer | undefined => {
  const [target = '', query] = path.split('?');
  const route = target.replace(/\/+$/, '');
  if (route === target || !routes.includes(route)) return undefined;
  const search = query === undefined ? '' : `?${query}`;
  const location = `http://${String(headers['host'] ?? '')}${route}${search}`;
  return { status: 307, headers: { location }, body: '' };
};
