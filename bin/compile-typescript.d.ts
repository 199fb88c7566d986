import type { BuildOptions, BuildResult } from 'esbuild';

/** Compiles programs that share their modules. Packages stay as they are. The programs may be moved together with their sources if `isMovable`. */
export function compilePrograms(
  options: BuildOptions & { readonly outdir: string; readonly isMovable?: boolean },
): Promise<BuildResult<{ write: false; metafile: true }>>;
