/*
 * `npm run docs:pictures [-- DIR]` takes the pictures of the documentation from the recorded run, with Chromium: the first screen of
 * its report, light, dark and with the numbers of notes, and its answer in a terminal. Into lib/docs/pictures, or DIR.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { escapeHtml } from '../../lib/bench/report/html/escape-html.ts';
import { renderAnswer } from '../../lib/bench/report/render-answer.ts';
import { writeReport } from '../../lib/bench/report/write-report.ts';
import { startChromium } from '../browser/support/chromium.ts';

/** Of each picture: they lie in the history of the project. */
const MOST_BYTES = 150_000;
const SCREEN = { width: 1280, height: 800 };

const RUN = 'test/demo/recorded-run';
const ROOT = join(import.meta.dirname, '../..');
const out = resolve(process.argv[2] ?? join(ROOT, 'lib/docs/pictures'));

/** What the notes of lib/docs/read-the-report.md explain, in their order. */
const NOTED = ['.statement', 'h1', '.validity', 'header figure', '.answers'];

/** Puts the number of each note beside what it explains. */
const numberNotes = `for (const [index, selector] of ${JSON.stringify(NOTED)}.entries()) {
  const { left, top } = document.querySelector(selector).getBoundingClientRect();
  const note = document.body.appendChild(document.createElement('b'));
  note.textContent = index + 1;
  note.style.cssText = 'position: absolute; width: 28px; text-align: center; border-radius: 50%; font: bold 18px/28px sans-serif;'
    + 'background: #b3261e; color: #fff; left: ' + (left - 40) + 'px; top: ' + top + 'px';
}`;

const COLOURS: Readonly<Record<string, string>> = {
  1: 'font-weight: bold',
  31: 'color: #f85149',
  32: 'color: #3fb950',
  33: 'color: #d29922',
};

/** A page with what a terminal shows. */
const terminalHtml = (text: string): string =>
  `<!doctype html><style>
body { margin: 0 }
pre { display: inline-block; margin: 0; padding: 20px 24px; font: 15px/1.5 monospace; background: #161b22; color: #e6edf3 }
</style><pre>$ npx serving-compare report ${RUN}\n${escapeHtml(text).replaceAll(
    // oxlint-disable-next-line no-control-regex
    /\x1b\[(\d+)m/g,
    (_, code: string) =>
      COLOURS[code] === undefined ? '</span>' : `<span style="${COLOURS[code]}">`,
  )}</pre>`;

const save = async (name: string, png: Buffer): Promise<void> => {
  const bytes = await sharp(png)
    .png({ palette: true, colours: 64, compressionLevel: 9 })
    .toBuffer();
  if (bytes.length > MOST_BYTES) throw new Error(`${name} has ${bytes.length} bytes`);
  await writeFile(join(out, name), bytes);
  process.stdout.write(`${join(out, name)}: ${Math.ceil(bytes.length / 1000)} kB\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
const browser = await startChromium();
try {
  await mkdir(out, { recursive: true });
  await cp(join(ROOT, RUN), folder, { recursive: true });
  const { files, summary } = await writeReport(folder);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: SCREEN });
    await page.goto(pathToFileURL(files.html).href);
    await save(`report-${colorScheme}.png`, await page.screenshot());
    if (colorScheme === 'dark') continue;
    await page.evaluate(numberNotes);
    await save('report-notes.png', await page.screenshot());
  }
  const page = await browser.newPage({ viewport: SCREEN });
  const style = { color: true, width: SCREEN.width };
  await page.setContent(terminalHtml(renderAnswer(summary, `${RUN}/report.html`, style) ?? ''));
  await save('answer.png', await page.locator('pre').screenshot());
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
