import { registerHooks } from 'node:module';

/**
 * Runs the TypeScript sources as they are, without a build: `node --conditions=source --import ./test/support/source-hooks.mjs
 * FILE.ts`. Node strips the types itself; what it lacks is that `./x.js` means the file `./x.ts` beside it.
 */
registerHooks({
  resolve(specifier, context, next) {
    const fromSource = context.parentURL?.endsWith('.ts') && !context.parentURL.includes('/node_modules/');
    if (fromSource && specifier.startsWith('.') && specifier.endsWith('.js')) {
      return next(`${specifier.slice(0, -'.js'.length)}.ts`, context);
    }
    return next(specifier, context);
  },
});
