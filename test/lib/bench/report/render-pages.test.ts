import { createHash } from 'node:crypto';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { renderCsv } from '../../../../lib/bench/report/render-data.ts';
import { renderHtml } from '../../../../lib/bench/report/render-html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/render-markdown.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import { summaryFile } from '../../../../lib/bench/report/sections/results.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../support/recorded-run.ts';
import { withCpuTime } from '../../../support/with-cpu-time.ts';

const run = recordedRun({ durationSeconds: 3, repeats: 2 });
const summary = summarise(run);

/** The page without its script. */
const page = (of: Summary): string =>
  renderHtml(reportOf(of)).replace(/<script type="module">[\s\S]*?<\/script>/, '');

const EVIL = '<script>alert("1")</script> & \'x\' | `y` ![z](javascript:1)';

const EVIL_CHECK: CheckResult = {
  check: 'calibration',
  state: 'failed',
  reason: 'no-figures',
  facts: { error: EVIL },
};

/** A summary with hostile text in every field that may contain text from data. */
const hostile: Summary = {
  ...summary,
  validity: { valid: false, reasons: [{ code: 'calibration', result: EVIL_CHECK }] },
  plan: { ...summary.plan, profile: EVIL, images: [{ file: EVIL, sha256: EVIL }] },
  environment: {
    ...summary.environment,
    machine: { ...summary.environment.machine, cpuModel: EVIL, os: EVIL },
    versions: { [EVIL]: EVIL },
  },
  measurements: { ...summary.measurements, missing: 1 },
  notices: [{ code: 'no-bypass', measurements: 1, reason: EVIL }],
  answerChecks: summary.answerChecks.map((answerCheck) => ({
    ...answerCheck,
    state: 'failed',
    reason: EVIL,
  })),
  rows: summary.rows.map((row) => ({
    ...row,
    failedRepeats: [{ repeat: 1, message: EVIL }],
    checks: [EVIL_CHECK],
    bypassFailures: [{ repeat: 1, reason: EVIL }],
  })),
};

describe('the HTML report', () => {
  it('lists what differed in an answer: image, class, expected and answered', () => {
    const [answerCheck, ...otherChecks] = summary.answerChecks;
    if (answerCheck === undefined) throw new Error('no check');
    const difference = { class: 285, expected: 0.2, answered: 0.25 };
    const image = { file: 'cat.jpg', expectedClass: 600, answeredClass: 600, difference };
    const failed = { ...answerCheck, state: 'failed' as const, wrong: [image] };
    const html = page({ ...summary, answerChecks: [failed, ...otherChecks] });
    const [, row = ''] = html.split('What differed').at(-1)?.split('<tr class="">') ?? [];
    const texts = Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g), ([, cell = '']) =>
      cell.replace(/<[^>]*>/g, ''),
    );

    expect(texts[0]).toMatch(/^TorchServe/);
    const at = texts.indexOf('cat.jpg');
    expect(texts.slice(at, at + 6)).toEqual(['cat.jpg', '600', '600', '285', '0.2', '0.25']);
    expect(page(summary)).not.toContain('What differed');
  });

  it('fetches nothing: it has no address except the SVG namespace, no source and no import', () => {
    const html = page(summary).replace(/xmlns(:xlink)?="[^"]*"/g, '');
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/\ssrc=|@import|<link|<script|<iframe/);
    for (const [, target] of html.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
    for (const [, target] of html.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#/);
  });

  it('has at most 250 kB for a run of three targets with 252 windows', () => {
    const long = recordedRun({
      targets: recordedTargets().slice(0, 3),
      levels: [closed(1), closed(4)],
      scenarios: ['warm'],
      repeats: 42,
      durationSeconds: 1,
    });
    let at = Date.parse('2026-01-02T03:00:00.000Z');
    const spread = withMeasurements(long, (record) => {
      at += 1500;
      const startedAt = new Date(at).toISOString();
      return { ...record, load: { ...record.load, startedAt } };
    });
    const html = renderHtml(reportOf(summarise(withCpuTime(spread))));

    expect(html.match(/ UTC\n[\d.]+ requests\/s/g)).toHaveLength(252);
    expect(Buffer.byteLength(html)).toBeLessThan(250_000);
  });

  it('allows only its own script to run', () => {
    const html = renderHtml(reportOf(hostile));
    const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0]?.[1] ?? '')
      .digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;"`);
    expect(html).not.toMatch(/\son\w+="/);
  });

  it('has unique ids, and every reference has a target', () => {
    const html = page(summary);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/(?:href="|url\()#([^")]*)/g)) {
      expect(ids).toContain(target);
    }
  });

  it('nests its elements correctly', () => {
    const open: string[] = [];
    const html = page(hostile).replace(/<style>[\s\S]*?<\/style>/g, '');
    const misplaced: string[] = [];
    for (const [tag, close, name = '', rest = ''] of html.matchAll(
      /<(\/?)([a-z][\w]*)([^>]*)>/gi,
    )) {
      if (close === '/') misplaced.push(...(open.pop() === name ? [] : [tag]));
      else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
    }
    expect(misplaced).toEqual([]);
    expect(open).toEqual([]);
  });

  it('escapes text from data', () => {
    const html = page(hostile);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('alert("1")');
    expect(html).toContain('&lt;script&gt;');
  });

  it('is written even for a run without records', () => {
    const html = page(summarise({ ...run, records: [] }));
    expect(html).toContain('not run');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('greys rows that fail a check, with the figure and what to do', () => {
    const checks = [{ check: 'middleware-cpu', state: 'failed', figure: 0.9 }] as const;
    const rows = summary.rows.map((row) => (row.checks === undefined ? row : { ...row, checks }));
    const failing = page({ ...summary, rows });
    // Three tables (results, CPU time, parts of the time) of 4 targets, 2 scenarios and 3 levels.
    expect([...failing.matchAll(/<tr class="greyed">/g)]).toHaveLength(3 * 4 * 2 * 3);
    expect([
      ...failing.matchAll(
        /class="level">\d+.VUs? <span class="mark failed" title="fails a check">fails<\/span><\/th>/g,
      ),
    ]).toHaveLength(3 * 4 * 2 * 3);
    expect(failing).toMatch(/<span class="mark failed" title="[^"]+ %[^"]+">middleware cpu</);
    expect(page(summary)).not.toContain('greyed">');
  });

  it('marks rows at the limit of the rig, but does not grey them', () => {
    const near = page(summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 })));

    expect(near).toMatch(/<span class="mark warned" title="[^"]+ %[^"]+">rig limit</);
    expect(near).not.toContain('greyed">');
  });

  it('shows a percentile only if the answers support it, and otherwise how many are missing', () => {
    const few = summarise(recordedRun({ durationSeconds: 1, repeats: 1 }));
    const [first, ...otherRows] = few.rows;
    if (first === undefined) throw new Error('no rows');
    const enoughInOne = { ...first, succeeded: 459, p99Ms: { value: 50 } };
    expect(page(few)).toMatch(/p99: [^<]* \d+ of 459/);
    expect(page({ ...few, rows: [enoughInOne, ...otherRows] })).toMatch(
      /<td class="n">–\s*<small>\d+ of 459/,
    );
    const enough = page(summarise(recordedRun({ durationSeconds: 60, repeats: 1 })));
    expect(enough).not.toMatch(/\d+ of (90|459) /);
  });
});

describe('the Markdown report', () => {
  it('escapes text from data and keeps its tables intact', () => {
    const text = renderMarkdown(reportOf(hostile));
    expect(text).not.toContain('<script');
    expect(text).not.toMatch(/[^\\]!\[z/);
    const tables = text.match(/(?:^\| .*\n)+/gm) ?? [];
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      const lines = table.trimEnd().split('\n');
      const columns = lines.map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(columns).size).toBe(1);
    }
  });
});

describe('the CSV file', () => {
  it('quotes fields that contain separators', () => {
    const failed = {
      ...summary,
      rows: summary.rows.slice(0, 1).map((row) => ({
        ...row,
        repeats: 0,
        failedRepeats: [{ repeat: 1, message: 'a "b", c' }],
      })),
    };
    expect([...renderCsv(summaryFile(failed))].join('')).toMatch(/,"[^"]*a ""b"", c",/);
  });
});
