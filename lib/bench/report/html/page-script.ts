import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A script with the source of a content security policy that allows it and no other. */
export interface PageScript {
  readonly text: string;
  readonly source: string;
}

/** The script of the page, see `page-script.js`. Lines are not indented, as the page's are not. */
export const pageScript = (): PageScript => {
  const text = readFileSync(join(import.meta.dirname, 'page-script.js'), 'utf8')
    .replace(/\n\s+/g, '\n')
    .trim();
  return { text, source: `'sha256-${createHash('sha256').update(text).digest('base64')}'` };
};
