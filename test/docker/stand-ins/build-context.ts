import { readFileSync } from 'node:fs';
import { pack, type Pack } from 'tar-stream';
import type { BundledFile } from '../../../lib/aws/bundle/file-list.ts';

/** Packs files into the tar that `docker build -` reads, so that nothing has to be copied into a folder. */
export const tarOf = (files: readonly BundledFile[]): Pack => {
  const archive = pack();
  const fill = async (): Promise<void> => {
    for (const { name, file, isExecutable } of files) {
      const header = { name, mode: isExecutable ? 0o755 : 0o644, mtime: new Date(0) };
      const content = readFileSync(file);
      await new Promise<void>((resolve, reject) => {
        archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
      });
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error as Error));
  return archive;
};
