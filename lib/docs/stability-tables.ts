import { readFileSync } from 'node:fs';
import path from 'node:path';
import { faultFacts, FAULTS, type Fault } from '../bench/model/fault.ts';
import type { Target } from '../bench/model/measurement.ts';
import { VERDICT_SIGNS } from '../bench/report/stability-words.ts';
import { NO_FIGURE } from '../bench/wording/format-number.ts';
import { targetLabels } from '../bench/wording/labels.ts';
import { markdownTable } from './markdown-table.ts';

type StabilityRow = Readonly<Record<string, string>>;

/** Splits a line of a CSV file whose fields have no line breaks. */
const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );

/** Reads `stability.csv` of a run with all real servers, the most stable first. */
const recordedRows = (): readonly StabilityRow[] => {
  const file = path.join(import.meta.dirname, 'stability.csv');
  const [head = [], ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/).map(fieldsOf);
  return lines.map((fields) =>
    Object.fromEntries(head.map((name, at) => [name, fields[at] ?? ''])),
  );
};

const targetOf = (id: string): Target => {
  const [serving, protocol, payload, encoding] = id.split('.');
  return { serving, protocol, payload, encoding } as Target;
};

const labelled = (rows: readonly StabilityRow[]): ReadonlyMap<string, string> => {
  const ids = new Set(rows.map(({ target = '' }) => target));
  return targetLabels([...ids].map(targetOf));
};

const SIGNS: Readonly<Record<string, string>> = VERDICT_SIGNS;

/** A Markdown table of the verdicts, a row for each target. */
export const stabilityMatrix = (): string => {
  const rows = recordedRows();
  const signs = new Map(
    rows.map(({ target, fault, verdict = '' }) => [`${target} ${fault}`, SIGNS[verdict]]),
  );
  return markdownTable([
    ['', ...FAULTS.map((fault) => faultFacts[fault].title)],
    ...[...labelled(rows)].map(([id, label]) => [
      label,
      ...FAULTS.map((fault) => signs.get(`${id} ${fault}`) ?? NO_FIGURE),
    ]),
  ]);
};

const FIGURES = {
  bad_answers: 'what the faulty requests got',
  failed_percent: 'good requests failed, %',
  p99_ratio: 'p99, × before',
  recovery_seconds: 'recovery, s',
  memory_gained_mib: 'memory, MiB more',
  processes_lost: 'processes lost',
};

/** A Markdown table of the figures behind each verdict other than `unaffected`. */
export const stabilityFigures = (): string => {
  const rows = recordedRows();
  const labels = labelled(rows);
  const harmed = rows.filter(({ verdict = '' }) => verdict in SIGNS && verdict !== 'unaffected');
  return markdownTable([
    ['target', 'with', 'verdict', ...Object.values(FIGURES)],
    ...harmed.map((row) => [
      labels.get(row['target'] ?? '') ?? '',
      faultFacts[row['fault'] as Fault].title,
      `${SIGNS[row['verdict'] ?? '']} ${row['verdict']}`,
      ...Object.keys(FIGURES).map((key) => row[key] || NO_FIGURE),
    ]),
  ]);
};
