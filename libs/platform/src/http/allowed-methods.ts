import type { FastifyInstance } from 'fastify';

/** The methods that a path has, as its routes say. Empty where it has none. */
export type AllowedMethods = (path: string) => readonly string[];

/** Knows every route that is added from now on: call it before any is. */
export function watchMethods(instance: FastifyInstance): AllowedMethods {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  instance.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (path) => [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))];
}

/** Of a route as this project writes them: words, `:parameter` for a whole segment, and `*` at the end. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment === '*' ? '.*' : segment.replaceAll(/[^\w-]/g, String.raw`\$&`);
  });
  return new RegExp(`^${segments.join('/')}$`);
}
