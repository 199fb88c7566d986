// Lets the imports of a load script find the modules of the runtime.
const MODULES = {
  k6: './modules/k6.ts',
  'k6/http': './modules/http.ts',
  'k6/execution': './modules/execution.ts',
  'k6/metrics': './modules/metrics.ts',
  'k6/data': './modules/data.ts',
  'k6/timers': './modules/timers.ts',
  'k6/experimental/fs': './modules/fs.ts',
};

/** A hook of Node's module loader. */
export const resolve = (specifier, context, next) =>
  specifier in MODULES
    ? next(new URL(MODULES[specifier], import.meta.url).href, context)
    : next(specifier, context);
