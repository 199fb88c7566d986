/*
 * `npm run docs:pictures [-- DIR]` takes the pictures of the documentation from the recorded run with Chromium: the first screen of
 * its report and its answer in a terminal, each light and dark, on a desktop and on a phone, and the report with numbered notes.
 * It writes the pictures into lib/docs/pictures and their text into golden/pictures.txt, or all into DIR.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { escapeHtml } from '../../lib/bench/report/markup.ts';
import { renderHead } from '../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../lib/bench/report/report.ts';
import { writeReport } from '../../lib/bench/report/write-report.ts';
import { shownText, TERMINAL_COLUMNS } from './shown-text.ts';
import { statementOf } from '../../lib/bench/wording/statement.ts';
import { hangingLines } from '../../lib/bench/wording/text-layout.ts';
import { startChromium } from '../browser/support/chromium.ts';

/** Per picture, since they stay in the history of the repository. */
const MAX_BYTES = 150_000;
const SCREENS = {
  wide: { viewport: { width: 1280, height: 800 }, ending: '', terminalPixels: 15 },
  narrow: { viewport: { width: 390, height: 844 }, ending: '-phone', terminalPixels: 11 },
} as const;

const RUN = 'test/demo/recorded-run';
const OPEN = `${RUN}/report.html`;
const ROOT = join(import.meta.dirname, '../..');
const out = resolve(process.argv[2] ?? join(ROOT, 'lib/docs/pictures'));
const textFile =
  process.argv[2] === undefined
    ? join(import.meta.dirname, 'golden/pictures.txt')
    : join(out, 'pictures.txt');

/** Selectors of the parts that the notes of lib/docs/read-the-report.md explain, in their order. */
const NOTED = ['.statement', 'h1', '.validity', 'header figure', '.answers'];

/** Puts the number of each note beside its part. */
const numberNotes = `for (const [index, selector] of ${JSON.stringify(NOTED)}.entries()) {
  const { left, top } = document.querySelector(selector).getBoundingClientRect();
  const note = document.body.appendChild(document.createElement('b'));
  note.textContent = index + 1;
  note.style.cssText = 'position: absolute; width: 28px; text-align: center; border-radius: 50%; font: bold 18px/28px sans-serif;'
    + 'background: #b3261e; color: #fff; left: ' + (left - 40) + 'px; top: ' + top + 'px';
}`;

const SCHEMES = ['light', 'dark'] as const;

/** The style of each escape code, and of the page. */
const TERMINALS: Readonly<
  Record<(typeof SCHEMES)[number], Readonly<Record<string, string>> & { readonly page: string }>
> = {
  light: {
    page: 'background: #fff; color: #24292f',
    31: 'color: #cf222e',
    32: 'color: #116329',
    33: 'color: #7d4e00',
  },
  dark: {
    page: 'background: #161b22; color: #e6edf3',
    31: 'color: #f85149',
    32: 'color: #3fb950',
    33: 'color: #d29922',
  },
};

/** A page that looks like a terminal. */
const terminalHtml = (text: string, scheme: keyof typeof TERMINALS, pixels: number): string => {
  const { page, ...colours } = { 1: 'font-weight: bold', ...TERMINALS[scheme] };
  const styleOf = (code: string): string | undefined =>
    (colours as Readonly<Record<string, string>>)[code];
  // The codes are cut out first, because all other control characters are shown as text.
  // oxlint-disable-next-line no-control-regex
  const parts = text.split(/\x1b\[(\d+)m/);
  const marked = parts
    .map((part, index) => {
      if (index % 2 === 0) return escapeHtml(part);
      const style = styleOf(part);
      return style === undefined ? '</span>' : `<span style="${style}">`;
    })
    .join('');
  return `<!doctype html><style>
body { margin: 0 }
pre { display: inline-block; margin: 0; padding: 1.2em; font: ${pixels}px/1.5 monospace; ${page} }
</style><pre>$ npx serving-compare report ${RUN}\n${marked}</pre>`;
};

const save = async (name: string, png: Buffer): Promise<void> => {
  const bytes = await sharp(png)
    .png({ palette: true, colours: 64, compressionLevel: 9 })
    .toBuffer();
  if (bytes.length > MAX_BYTES) throw new Error(`${name} has ${bytes.length} bytes`);
  await writeFile(join(out, name), bytes);
  process.stdout.write(`${join(out, name)}: ${Math.ceil(bytes.length / 1000)} kB\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
const browser = await startChromium();
try {
  await mkdir(out, { recursive: true });
  await cp(join(ROOT, RUN), folder, { recursive: true });
  const { files, summary } = await writeReport(folder);
  for (const size of ['wide', 'narrow'] as const) {
    const { viewport, ending, terminalPixels } = SCREENS[size];
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ colorScheme, viewport });
      await page.goto(pathToFileURL(files.html).href);
      await save(`report-${colorScheme}${ending}.png`, await page.screenshot());
      if (size === 'wide' && colorScheme === 'light') {
        await page.evaluate(numberNotes);
        await save('report-notes.png', await page.screenshot());
      }
      const style = { color: true, width: TERMINAL_COLUMNS[size] };
      const statement = hangingLines('', statementOf(summary.plan), style.width).join('\n');
      const answer = `${statement}\n${renderHead(reportOf(summary, { page: OPEN }), style)}`;
      await page.setContent(terminalHtml(answer, colorScheme, terminalPixels));
      const shown = page.locator('pre');
      if (/\\u001b/.test(await shown.innerText()))
        throw new Error('the picture shows codes as text');
      await save(`answer-${colorScheme}${ending}.png`, await shown.screenshot());
      await page.close();
    }
  }
  await writeFile(textFile, shownText(summary, OPEN));
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
