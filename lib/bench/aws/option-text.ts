import type { Level } from '../plan/cell.ts';
import type { PlanOverrides } from '../plan/plan-options.ts';

const levelWords = (levels: readonly Level[]): readonly string[] => {
  const users = levels.flatMap((level) => (level.loop === 'closed' ? [level.virtualUsers] : []));
  const open = levels.flatMap((level) => (level.loop === 'open' ? [level] : []));
  const [first] = open;
  return [
    ...(users.length === 0 ? [] : ['--levels', users.join(',')]),
    ...(first === undefined
      ? []
      : [
          '--rates',
          open.map(({ ratePerSecond }) => ratePerSecond).join(','),
          '--arrivals',
          first.arrivals,
        ]),
  ];
};

const list = (option: string, words: readonly string[] | undefined): readonly string[] =>
  words === undefined ? [] : [`--${option}`, words.join(',')];

const value = (option: string, one: number | string | undefined): readonly string[] =>
  one === undefined ? [] : [`--${option}`, String(one)];

/**
 * What was said about a plan, as the document's parameter `Options` takes it. Profile and seed are not among it: they have
 * parameters of their own. Pure.
 */
export const optionText = (said: PlanOverrides): string =>
  [
    ...list('servings', said.servings),
    ...list('protocols', said.protocols),
    ...list('payloads', said.payloads),
    ...list('encodings', said.encodings),
    ...list('scenarios', said.scenarios),
    ...levelWords(said.levels ?? []),
    ...value('duration', said.durationSeconds),
    ...value('warmup', said.warmupSeconds),
    ...value('direct', said.directSeconds),
    ...value('repeats', said.repeats),
    ...list('slo-p99-ms', said.sloP99Ms?.map(String)),
    ...value('timeout', said.timeoutMs === undefined ? undefined : said.timeoutMs / 1000),
    ...value('engine', said.engine),
    ...value('load-engine', said.loadEngine),
    ...(said.ceilings === 'none' ? ['--no-ceilings'] : value('ceilings', said.ceilings)),
  ].join(' ');
