import { sample } from 'fast-check';
import type { MeasuredRate } from '../../../../lib/bench/analysis/slo/judge-trial.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { pathId } from '../../../../lib/bench/plan/cell.ts';
import { chartedGroup } from '../../../../lib/bench/report/charts/charted-paths.ts';
import { runCharts } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { measuredRows, rowGroups } from '../../../../lib/bench/report/row-groups.ts';
import { renderSloCsv } from '../../../../lib/bench/report/slo-csv.ts';
import { SLO_RATE_TITLE } from '../../../../lib/bench/report/slo-rate-columns.ts';
import { renderSloRatesCsv } from '../../../../lib/bench/report/slo-rates-csv.ts';
import { SLO_TITLE } from '../../../../lib/bench/report/slo-table.ts';
import { formatFigure, NO_FIGURE } from '../../../../lib/bench/wording/format-number.ts';
import { pathLabels } from '../../../../lib/bench/wording/labels.ts';
import { eventfulSearches, randomSearchedRuns } from '../../../support/random-searches.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../support/read-tables.ts';
import { tipsOf } from '../../../support/run-charts.ts';

type Line = Readonly<Record<string, string>>;

/** Any, so that each start of the tests looks at other runs; a name of a failed test has it. */
const SEED = Date.now() % 2 ** 31;

/** Somebody asks two of three runs for the rates at other bounds than it searched, so that the report has both. */
const ASKED = [15, 100];

const outputsOf = (summary: Summary) => {
  const groups = rowGroups(measuredRows(summary)).map((group) => ({
    group,
    charted: chartedGroup(group),
    charts: [],
  }));
  const { slo } = runCharts(summary);
  const ofRun = { slo, cost: [] };
  const page = htmlTables(renderHtml(summary, groups, ofRun));
  const text = markdownTables(renderMarkdown(summary, groups, ofRun));
  const tableOf = (title: string) => ({
    inHtml: page.find((one) => one.title === title),
    inMarkdown: text.find((one) => one.title === title),
  });
  return {
    ofJson: JSON.parse(JSON.stringify(summary)) as Summary,
    searches: tableOf(SLO_TITLE),
    rates: tableOf(SLO_RATE_TITLE),
    trials: csvRecords(renderSloCsv(summary)),
    rateLines: csvRecords(renderSloRatesCsv(summary)),
    tips: slo.flatMap(tipsOf),
    labels: pathLabels(
      summary.rows.map(({ path }) => path),
      summary.plan,
    ),
  };
};

const runs = [
  ...eventfulSearches(),
  ...sample(randomSearchedRuns, { numRuns: 16, seed: SEED }),
].map((data, index) => outputsOf(summarise(data, index % 3 === 0 ? {} : { sloP99Ms: ASKED })));

/** Path, bound, rate and p99 in a line of the rates at bounds. */
const rateFigures = (cells: readonly string[]): readonly string[] => [
  cells[0] ?? '',
  ...cells.slice(-5, -2),
];

const shown = (value: number | undefined): string =>
  value === undefined ? '' : formatFigure(value);

const numberOf = (value: number | undefined): string => String(value ?? '');

/** What slo.csv says of windows, from the figures of summary.json alone. */
const windowFields = (measured: MeasuredRate | undefined, prefix = '') => {
  const { requests, overBound } = measured ?? {};
  const share =
    requests === undefined || overBound === undefined ? undefined : (overBound / requests) * 100;
  return Object.fromEntries(
    Object.entries({
      windows: numberOf(measured?.windows),
      window_seconds: shown(measured?.windowSeconds),
      requests: numberOf(requests),
      over_bound: numberOf(overBound),
      over_bound_percent: shown(share),
      p50_ms: shown(measured?.p50Ms),
      p99_ms: shown(measured?.p99Ms),
      failed_gates: (measured?.gates ?? [])
        .flatMap(({ gate, state }) => (state === 'failed' ? [gate] : []))
        .join(' '),
    }).map(([name, text]) => [`${prefix}${name}`, text]),
  );
};

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** What a row of the table says of the line of slo.csv with its highest valid rate, and what that line does. */
const highestOf = (cells: readonly string[], own: readonly Line[]) => {
  const [, , rate = '', p99 = '', , , outcome = ''] = cells;
  if (rate === NO_FIGURE) return [];
  const line = own.find((one) => one.offered_rate_per_second === rate);
  const isConfirmed = line?.confirmed === 'true';
  const claimed = (isConfirmed ? line.confirmation_p99_ms : line?.p99_ms) ?? '';
  const words = `confirmed by ${line?.confirmation_requests} other requests, ${line?.confirmation_over_bound} of them over the bound`;
  return [
    {
      row: ['true', p99, isConfirmed && !outcome.includes('cut off')],
      line: [line?.valid, claimed === '' ? NO_FIGURE : claimed, outcome.includes(words)],
    },
  ];
};

/** The same of its lowest invalid rate. */
const lowestOf = (cells: readonly string[], own: readonly Line[]) => {
  const [, , , , rate = '', , outcome = ''] = cells;
  if (rate === NO_FIGURE) return [];
  const line = own.find((one) => one.offered_rate_per_second === rate);
  const reason = line?.reason?.replace(/\s+/g, ' ').trim() ?? '';
  const limit = /the (load engine|middleware) failed a gate/.exec(outcome)?.[1] ?? '';
  return [
    {
      row: [
        'false',
        String(outcome.includes('the rate above it is undecided')),
        limit.replace(' ', '-'),
        true,
      ],
      line: [
        line?.valid,
        line?.undecided,
        line?.limited_by,
        reason !== '' && outcome.includes(reason),
      ],
    },
  ];
};

describe(`a figure of the searches of ${runs.length} runs (seed ${SEED})`, () => {
  it('is of every kind that searches give in one of them at least', () => {
    const searches = runs.flatMap(({ ofJson }) => ofJson.sloSearches ?? []);
    const trials = searches.flatMap((search) => search.trials);
    const rates = runs.flatMap(({ ofJson }) => ofJson.sloRates ?? []);
    const states = ['found', 'unreachable', 'given-up', 'going-on', 'not-started'] as const;
    const has = {
      ...Object.fromEntries(
        states.map((state) => [state, searches.some((search) => search.state === state)]),
      ),
      withoutTrial: searches.some((one) => one.state === 'unreachable' && one.trials.length === 0),
      loadEngine: searches.some(({ limitedBy }) => limitedBy === 'load-engine'),
      middleware: searches.some(({ limitedBy }) => limitedBy === 'middleware'),
      undecidedAbove: searches.some(({ lowestInvalid }) => lowestInvalid?.undecided === true),
      severalWindows: trials.some(({ windows = 1 }) => windows > 1),
      confirmed: trials.some(({ confirmation }) => confirmation?.valid === true),
      notConfirmed: trials.some(({ confirmation }) => confirmation?.valid === false),
      noFigures: trials.some(({ requests }) => requests === undefined),
      noP99: trials.some(({ requests = 0, p99Ms }) => requests > 0 && p99Ms === undefined),
      keptRate: rates.some(({ state }) => state === 'kept'),
      notKeptRate: rates.some(({ state }) => state === 'not-kept'),
      besideSearches: runs.some(
        ({ ofJson }) => ofJson.sloRates !== undefined && ofJson.sloSearches !== undefined,
      ),
    };

    expect(Object.entries(has).filter(([, isThere]) => !isThere)).toEqual([]);
  });

  it('stands alike in HTML, Markdown and JSON in the table of searches', () => {
    for (const { ofJson, searches, labels } of runs) {
      const { inHtml, inMarkdown } = searches;
      const wanted = (ofJson.sloSearches ?? []).map((search) => {
        const { path, p99Ms, highestValid, lowestInvalid, trials } = search;
        const claim =
          highestValid?.confirmation?.valid === true ? highestValid.confirmation : highestValid;
        return [
          labels.get(pathId(path)) ?? pathId(path),
          formatFigure(p99Ms),
          formatFigure(highestValid?.ratePerSecond),
          formatFigure(claim?.p99Ms),
          formatFigure(lowestInvalid?.ratePerSecond),
          String(trials.length),
        ];
      });
      expect(inHtml?.rows.map((cells) => cells.slice(0, -1))).toEqual(wanted);
      expect(inMarkdown?.rows).toEqual(inHtml?.rows);
      expect(inMarkdown?.head).toEqual(inHtml?.head);
    }
  });

  it('stands alike in slo.csv and JSON, a line a trial', () => {
    for (const { ofJson, trials } of runs) {
      const wanted = (ofJson.sloSearches ?? []).flatMap((search) =>
        search.trials.map((trial) => ({
          path: pathId(search.path),
          engine: search.engine,
          p99_bound_ms: formatFigure(search.p99Ms),
          offered_rate_per_second: formatFigure(trial.ratePerSecond),
          achieved_rate_per_second: shown(trial.achievedRatePerSecond),
          valid: String(trial.valid),
          undecided: String(trial.undecided === true),
          limited_by: trial.limitedBy ?? '',
          reason: trial.reason ?? '',
          confirmed: String(trial.confirmation?.valid ?? ''),
          run_valid: String(ofJson.validity?.valid),
          ...windowFields(trial),
          ...windowFields(trial.confirmation, 'confirmation_'),
        })),
      );
      expect(trials).toHaveLength(wanted.length);
      expect(trials).toMatchObject(wanted);
    }
  });

  it('of the table of searches is the one of a line of slo.csv', () => {
    for (const { searches, trials } of runs) {
      let from = 0;
      for (const cells of searches.inHtml?.rows ?? []) {
        const [, bound, , , , count] = cells;
        const own = trials.slice(from, from + Number(count));
        from += Number(count);
        expect(own.every((line) => line.p99_bound_ms === bound)).toBe(true);
        const held = [...highestOf(cells, own), ...lowestOf(cells, own)];
        expect(held.map(({ row }) => row)).toEqual(held.map(({ line }) => line));
      }
      expect(from).toBe(trials.length);
    }
  });

  it('of a point of the chart is the one of its line of slo.csv, with its interval and no p99 that is not claimed', () => {
    for (const { trials, tips, labels } of runs) {
      const wanted = trials.flatMap((line) => {
        const prefix = line.confirmed === '' ? '' : 'confirmation_';
        const field = (name: string): string => line[`${prefix}${name}`] ?? '';
        // What is next to nothing is a number in CSV.
        const percent = (name: string): string => formatFigure(Number(field(name)));
        if (field('requests') === '') return [];
        const again = prefix === '' ? '' : ', measured again';
        return [
          [
            `${labels.get(line.path ?? '')}, ${line.offered_rate_per_second} requests/s${again}`,
            `${field('over_bound')} of ${field('requests')} requests over ${Number(line.p99_bound_ms)} ms: ${percent('over_bound_percent')} %; 98.0 % interval ${percent('over_bound_percent_low98')}–${percent('over_bound_percent_high98')}`,
            field('p99_ms') === '' ? 'too few answers to claim a p99' : `p99 ${field('p99_ms')} ms`,
            ...(line.valid === 'true' ? [] : [line.reason]),
          ].join('\n'),
        ];
      });
      const said = tips.map((tip) =>
        tip.replace(/&(lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity),
      );
      expect(said.toSorted()).toEqual(wanted.toSorted());
    }
  });

  it('stands alike in HTML, Markdown, slo-rates.csv and JSON in the table of the rates at bounds', () => {
    for (const { ofJson, rates, rateLines, labels } of runs) {
      const { inHtml, inMarkdown } = rates;
      const { sloRates = [] } = ofJson;
      const wanted = sloRates.map(({ path, boundMs, requestRatePerSecond, p99Ms }) => [
        labels.get(pathId(path)) ?? pathId(path),
        formatFigure(boundMs),
        formatFigure(requestRatePerSecond),
        formatFigure(p99Ms),
      ]);
      expect((inHtml?.rows ?? []).map(rateFigures)).toEqual(wanted);
      expect(inMarkdown?.rows ?? []).toEqual(inHtml?.rows ?? []);
      expect(rateLines).toMatchObject(
        sloRates.map((rate, index) => ({
          path: pathId(rate.path),
          engine: rate.engine,
          scenario: rate.scenario,
          p99_bound_ms: formatFigure(rate.boundMs),
          rate_per_second: shown(rate.requestRatePerSecond),
          p99_ms: shown(rate.p99Ms),
          load: inHtml?.rows[index]?.at(-2)?.replaceAll('\u00a0', ' '),
          outcome: inHtml?.rows[index]?.at(-1),
        })),
      );
    }
  });
});
