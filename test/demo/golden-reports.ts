import { join } from 'node:path';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { chartsOf } from '../../lib/bench/report/charts/chart-set.ts';
import { drawChart } from '../../lib/bench/report/charts/draw-chart.ts';
import { jsonPieces, renderCsv } from '../../lib/bench/report/render-data.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderMarkdown } from '../../lib/bench/report/render-markdown.ts';
import { renderHead, renderSections } from '../../lib/bench/report/render-terminal.ts';
import { dataFilesOf, reportOf } from '../../lib/bench/report/report.ts';
import { readRunFolder, type RunData } from '../../lib/bench/results/run-folder.ts';
import { stabilityRun } from '../support/stability-run.ts';
import { adviceOn, CHECKS, findingOf } from '../../lib/bench/analysis/checks/checks.ts';
import { stepText } from '../../lib/bench/analysis/next-steps.ts';
import { noticeText } from '../../lib/bench/analysis/notices.ts';
import { searchReasonText } from '../../lib/bench/analysis/slo/search.ts';
import type { CheckResult } from '../../lib/bench/analysis/summary-row.ts';
import type { SearchReason } from '../../lib/bench/analysis/slo-types.ts';
import type { InvalidReason, NextStep, Notice } from '../../lib/bench/analysis/summary.ts';
import { invalidText } from '../../lib/bench/analysis/validity.ts';
import type { WithheldReason } from '../../lib/bench/analysis/verdict-types.ts';
import { withheldText } from '../../lib/bench/analysis/verdicts/pairing.ts';
import type { Target } from '../../lib/bench/model/measurement.ts';
import { recordedTargets } from '../support/recorded-run.ts';

const [target, other] = recordedTargets();

const RATES = { requestRatePerSecond: 38.2, knownRatePerSecond: 40, knownMs: 100, meanMs: 104.7 };
const CALIBRATED = { delayMs: 25, virtualUsers: 4, ownMs: 4, failed: 0, requests: 80, ...RATES };
const FAST = { cpuGovernor: 'performance', smt: true };
const CHANGES = [{ role: 'serving', repeat: 2, before: FAST, after: {} }];
const TIMES = { from: 3, beforeMs: 65, afterMs: 94, leastMs: 21.6, mostMs: 27.6, warmupSeconds: 2 };

const passed = { state: 'passed' } as const;
const failed = { state: 'failed' } as const;
const atLimit = { state: 'at-limit' } as const;
const warned = { state: 'warned' } as const;
const unknown = { state: 'unknown' } as const;
const notApplicable = { state: 'not-applicable' } as const;

/** Results of each check, one for each of its sentences. */
const RESULTS: Readonly<Record<string, readonly Omit<CheckResult, 'check'>[]>> = {
  'users-busy': [
    { ...failed, figure: 0.1, limit: 0.05, repeat: 2, facts: { users: 4, waiting: 3.6 } },
    { ...passed, figure: 0, limit: 0.055, facts: { users: 4, waiting: 4, waitShare: 0.005 } },
    notApplicable,
  ],
  'generator-cpu': [1, 4].map((cores) => ({ ...failed, figure: 0.9, facts: { cores } })),
  'middleware-cpu': [{ ...failed, figure: 0.9 }],
  'noop-limit': [
    { ...atLimit, figure: 0.8, facts: { requestRatePerSecond: 100 } },
    { ...atLimit, figure: 1.1, facts: { fastestRepeat: 2, requestRatePerSecond: 100 } },
    { ...atLimit, reason: 'refuted', figure: 1.3, facts: { requestRatePerSecond: 100 } },
    unknown,
  ],
  bypass: [
    { ...warned, figure: 0.4, facts: { requestRatePerSecond: 200 } },
    { ...unknown, reason: 'generator-behind', figure: 0.9, facts: { requestRatePerSecond: 200 } },
    { ...unknown, reason: 'bypass-failed', facts: { error: 'nobody listens' } },
    { ...unknown, reason: 'no-bypass-run' },
    notApplicable,
  ],
  schedule: [{ ...failed, facts: { offered: 1000, lateShare: 0.06, unsent: 7 } }, notApplicable],
  'network-allowance': [
    {
      ...failed,
      figure: 13,
      facts: {
        over: [
          { role: 'serving', allowance: 'bandwidth-in', packets: 12 },
          { role: 'middleware', allowance: 'bandwidth-out', packets: 1 },
        ],
      },
    },
    { ...passed, figure: 0, facts: { over: [] } },
    unknown,
  ],
  'gpu-idle': [{ ...warned, figure: 20 }, { ...notApplicable, figure: 20 }, unknown],
  'gpu-throttled': [
    {
      ...failed,
      figure: 0.1,
      facts: { faultSeconds: 2, knownSeconds: 20, secondsByReason: { 'hw-thermal-slowdown': 2 } },
    },
    unknown,
  ],
  'host-state': [
    { ...failed, facts: { changes: CHANGES } },
    { ...passed, facts: { changes: [] } },
    unknown,
  ],
  drift: [
    ...['slower', 'faster', 'step-up', 'step-down', 'slow-start'].map((reason) => ({
      ...failed,
      reason,
      facts: TIMES,
    })),
    { ...warned, reason: 'restless', facts: { ...TIMES, isWarming: true } },
    { ...warned, reason: 'restless', facts: TIMES },
    { ...warned, reason: 'restless', facts: { ...TIMES, isBusy: true } },
    { ...failed, reason: 'contested', facts: TIMES },
    { ...failed, reason: 'contested', facts: { ...TIMES, leastMs: undefined } },
    {
      ...failed,
      reason: 'contested',
      facts: { ...TIMES, leastMs: undefined, from: undefined, isAlone: true },
    },
    { ...passed, facts: TIMES },
    { ...passed, facts: { ...TIMES, isResumed: true } },
    { ...unknown, reason: 'few-repeats' },
    { ...unknown, reason: 'no-correct-answer' },
  ],
  censoring: [
    { ...failed, figure: 6, facts: { byClient: 3, byMiddleware: 2, atTimeout: 1 } },
    { ...passed, figure: 0 },
  ],
  calibration: [
    { ...passed, figure: 0.047, facts: CALIBRATED },
    {
      ...failed,
      figure: 0.2,
      pair: 2,
      facts: { ...CALIBRATED, roundTripMs: 3, failed: 3, tooFastMs: 20, failedPairs: [1, 2] },
    },
    { ...failed, reason: 'no-figures', facts: { error: 'no answer came' } },
    unknown,
  ],
};

const resultsOf = (check: string): readonly CheckResult[] =>
  (RESULTS[check] ?? []).map((result) => ({ check, ...result }));

const [result = { check: 'bypass', state: 'failed' } as const] = resultsOf('middleware-cpu');
const command = 'npx serving-compare run';

const SEARCHES: readonly SearchReason[] = [
  { code: 'median-above-limit', medianMs: 30, limitMs: 15 },
  { code: 'short-windows', durationSeconds: 3, ratePerSecond: 12.6, neededSeconds: 11 },
  { code: 'generator-behind', why: 'it was busy' },
  { code: 'failed-check', result },
  { code: 'not-confirmed', trials: 12 },
  { code: 'none-kept', lowestPerSecond: 4.38 },
  { code: 'some-repeats', ratesPerSecond: [58, 61], repeats: 3 },
];

const WITHHELD: readonly WithheldReason[] = [
  { code: 'answers', fault: 'wrong-answer', target },
  { code: 'no-figures', level: { loop: 'closed', virtualUsers: 1 }, target },
  {
    code: 'no-correct-answer',
    level: { loop: 'closed', virtualUsers: 1 },
    target,
    run: 'before',
  },
  { code: 'no-response-times', target },
  { code: 'failed-check', result, target },
  {
    code: 'failed-requests',
    share: 0.787,
    level: { loop: 'closed', virtualUsers: 4 },
    cause: 'http-503',
    target,
  },
  {
    code: 'failed-requests',
    share: 0.787,
    level: { loop: 'closed', virtualUsers: 4 },
    cause: 'server-500',
    target,
  },
  { code: 'queued-requests', answeredPerSecond: 9, offeredPerSecond: 10, target },
  { code: 'few-repeats', repeats: 2, failed: 1 },
  { code: 'not-looked-yet' },
  { code: 'no-cpu-time', target },
  { code: 'waits', target },
  { code: 'running-server', target },
  { code: 'accelerator', target },
  { code: 'busy-idle', share: 0.031, target },
  { code: 'spins', fewestMs: 62, mostMs: 40, target },
];

const INVALID: readonly InvalidReason[] = [
  { code: 'calibration', result: resultsOf('calibration')[2] ?? result },
  ...[false, true].map((isMeasured): InvalidReason => ({
    code: 'answer-check',
    target,
    engine: 'noop',
    fault: 'no-answer',
    isMeasured,
    why: 'no server.',
  })),
  {
    code: 'wrong-under-load',
    fault: 'not-understood',
    targets: [
      { target, count: 3, answers: 512 },
      { target: other, count: 1, answers: 4096 },
    ],
  },
  { code: 'noop-failures', results: 1 },
  { code: 'failed-measurements', target, count: 2, message: 'it does not answer.' },
  { code: 'cut-off', recorded: 15, planned: 16 },
  { code: 'search-cut-off', target, limitMs: 50 },
  { code: 'no-correct-answer', target },
  { code: 'no-request-ended', target, windowSeconds: 10, neededSeconds: 123 },
  {
    code: 'failed-checks',
    targets: [target],
    results: 2,
    checks: [{ check: 'middleware-cpu', results: 2 }],
  },
  {
    code: 'failed-checks',
    targets: [target],
    results: 1,
    checks: [{ check: 'drift', results: 1 }],
  },
  {
    code: 'failed-checks',
    targets: [target, other],
    results: 4,
    checks: [
      { check: 'drift', results: 4 },
      { check: 'middleware-cpu', results: 1 },
    ],
  },
  { code: 'search-without-result', target, why: { code: 'not-confirmed', trials: 12 } },
];

const STEPS: readonly NextStep[] = [
  { code: 'failed-check', target, result, command },
  { code: 'failed-check', target, result: resultsOf('drift')[0] ?? result, command },
  { code: 'failed-check', target, result: resultsOf('drift')[2] ?? result, command },
  { code: 'restless-target', target, result: resultsOf('drift')[5] ?? result, command },
  { code: 'busy-machine', targets: [target], command },
  { code: 'busy-machine', targets: [target, other], command },
  { code: 'measure-longer', seconds: 1130, isResumed: true, isBusy: false, command },
  { code: 'measure-longer', seconds: 130, isResumed: false, isBusy: true, command },
  { code: 'measure-longer', isResumed: false, isBusy: false, command },
  {
    code: 'measure-longer',
    seconds: 1130,
    only: [{ first: target, second: other }],
    isResumed: false,
    isBusy: false,
    command,
  },
  {
    code: 'measure-longer',
    noise: { measured: 0.24, assumed: 0.05 },
    isResumed: false,
    isBusy: true,
    command,
  },
  { code: 'failed-requests', target, levels: 'answered', command },
  { code: 'failed-requests', target, levels: 'one-user', command },
  { code: 'failed-requests', target, levels: 'lower-rate', command },
  { code: 'failed-requests', target, levels: 'same', command },
  ...[false, true].map((isBusy): NextStep => ({ code: 'rig-limit', isBusy, command })),
  { code: 'repeat-failed', command },
  { code: 'measure-on', command },
  ...[false, true].map((isBusy): NextStep => ({ code: 'more-repeats', isBusy, command })),
  { code: 'measure-again', isOnceFixed: false, command },
  { code: 'measure-again', isOnceFixed: true, command },
  { code: 'measure-tuned', command },
  { code: 'install-servers', command },
];

const NOTICES: readonly Notice[] = [
  { code: 'going-on', recorded: 3, planned: 16 },
  { code: 'time-up', repeats: 4, planned: 5 },
  {
    code: 'drift',
    target,
    scenario: 'warm',
    level: { loop: 'closed', virtualUsers: 8 },
    result: resultsOf('drift')[0] ?? result,
  },
  {
    code: 'contested-drift',
    results: [target, other].map((each) => ({
      target: each,
      scenario: 'warm',
      level: { loop: 'closed', virtualUsers: 8 },
      result: resultsOf('drift')[6] ?? result,
    })),
  },
  {
    code: 'withheld',
    verdicts: 1,
    of: 3,
    reason: { code: 'few-repeats', repeats: 2, failed: 1 },
  },
  { code: 'busy-machine', waitShare: 0.551, othersCpuShare: 0.8, loadAverage: 9.9 },
  { code: 'busy-machine', othersCpuShare: 0.8, loadAverage: 9.9 },
  { code: 'busy-machine', loadAverage: 9.9 },
  { code: 'model-differs', targets: [target], least: 0.198, most: 0.198 },
  { code: 'model-differs', targets: [target, other], least: 0.083, most: 0.198 },
  {
    code: 'processors-differ',
    role: 'middleware',
    processors: [
      { cpuModel: 'Xeon A', pairs: [1, 3] },
      { cpuModel: 'Xeon B', pairs: [2] },
    ],
  },
  { code: 'no-bypass', measurements: 2, reason: 'nobody listens' },
];

const nameOf = ({ serving }: Target): string => serving;

/** The words of every check, withheld verdict, search, invalid run, next step and notice, a line for each. */
const goldenWords = (): string => {
  const found = CHECKS.flatMap(({ name }) =>
    resultsOf(name).map(
      (each) => `${name} ${each.state}: ${findingOf(each)} ${adviceOn(each) ?? ''}`,
    ),
  );
  return [
    ...found,
    ...SEARCHES.map((reason) => `search ${reason.code}: ${searchReasonText(reason)}`),
    ...WITHHELD.map((reason) => `withheld ${reason.code}: ${withheldText(reason, nameOf)}`),
    ...INVALID.map((reason) => `invalid ${reason.code}: ${invalidText(reason, nameOf)}`),
    ...STEPS.map((step) => `next ${step.code}: ${stepText(step, { rows: [] })} ${step.command}`),
    ...NOTICES.map((notice) => `notice ${notice.code}: ${noticeText(notice, new Map())}`),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
};

const NO_STYLE_SCRIPT_SVG = /<(style|script|svg)[^>]*>[\s\S]*?<\/\1>|<meta http-equiv[^>]*>/g;
const STYLE = { color: false, width: 120 } as const;

const csvFiles = (data: RunData, ...names: readonly string[]) => {
  const summary = summarise(data);
  return dataFilesOf(data, summary)
    .filter(({ name }) => names.includes(name))
    .map((file) => [file.name, [...renderCsv(file)].join('')] as const);
};

/**
 * Reports in each format by file name: of the recorded run, and of a small stability run where that of the recorded run would be
 * too long to read. The HTML is without style, script and charts; two of the charts are files of their own.
 */
export const goldenReports = async (): Promise<ReadonlyMap<string, string>> => {
  const data = await readRunFolder(join(import.meta.dirname, 'recorded-run'));
  const summary = summarise(data);
  const report = reportOf(summary, { page: 'report.html', data: ['summary.json', 'summary.csv'] });
  const charts = chartsOf(summary);
  const drawn = [charts.head, charts.groups[0]?.charts[0]].filter((chart) => chart !== undefined);
  const stabilityData = stabilityRun();
  const stability = summarise(stabilityData);
  const stabilityReport = reportOf(stability);
  return new Map([
    ['report.html', renderHtml(report).replace(NO_STYLE_SCRIPT_SVG, '')],
    ['report.md', renderMarkdown(report)],
    ['terminal.txt', `${renderSections(report, STYLE)}\n${renderHead(report, STYLE)}`],
    ...drawn.map((chart) => [`${chart.name}.svg`, drawChart(chart)] as const),
    ...csvFiles(data, 'summary.csv', 'measurements.csv', 'verdicts.csv'),
    ...csvFiles(stabilityData, 'stability.csv'),
    ['summary.json', [...jsonPieces(stability)].join('')],
    ['stability.md', renderMarkdown(stabilityReport)],
    ['stability.txt', renderHead(stabilityReport, STYLE)],
    ['words.txt', goldenWords()],
  ]);
};
