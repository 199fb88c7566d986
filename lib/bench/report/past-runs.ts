import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { summarySchema, type Summary } from '../analysis/summary.ts';
import { invalidTexts } from '../analysis/validity.ts';
import { BenchError, folderErrorText, messageOf, systemCodeOf } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { resumeCommandOf } from '../plan/command-of-plan.ts';
import { schemaProblem } from '../results/check-content.ts';
import { readPlan, runFilesIn } from '../results/run-folder.ts';
import { writerOf } from '../results/run-lock.ts';
import { rowLabels } from '../wording/labels.ts';
import { modelTitle } from '../wording/statement.ts';
import { titleOf } from './sections/head.ts';

/** A run folder, as a list of runs shows it. */
export interface PastRun {
  readonly folder: string;
  /**
   * - `running`: a process measures now.
   * - `interrupted`: measurements are missing; `resume` continues it.
   * - `unreadable`: of another version, or damaged; `answer` says which.
   */
  readonly state: 'valid' | 'invalid' | 'interrupted' | 'running' | 'unreadable';
  /** What it found, why it is invalid, or why it cannot be read, as a sentence without a full stop; empty if it goes on. */
  readonly answer: string;
  readonly resume?: string;
  /** When it began, ISO 8601; like the other facts of the plan, absent if that cannot be read. */
  readonly createdAt?: string;
  readonly profile?: string;
  /** Absent with a backend that computes nothing. */
  readonly model?: string | undefined;
  readonly targets?: number;
}

const factsOf = (plan: Pick<Plan, 'createdAt' | 'profile' | 'model' | 'options' | 'targets'>) => ({
  createdAt: plan.createdAt,
  profile: plan.profile,
  model: modelTitle(plan),
  targets: plan.targets.length,
});

/** Facts of a file; undefined if there is none. */
const statOf = async (file: string): Promise<Stats | undefined> => {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * The summary of a run, unless something was measured after it was written.
 *
 * @throws Error if another version wrote it
 */
const currentSummary = async (folder: string): Promise<Summary | undefined> => {
  const file = join(folder, 'summary.json');
  if ((await statOf(file)) === undefined) return undefined;
  const summary = JSON.parse(await readFile(file, 'utf8')) as Summary;
  if (schemaProblem(summarySchema, summary) === undefined) {
    // Not its time, which a copy does not keep.
    const { size } = (await statOf(runFilesIn(folder).results)) ?? { size: 0 };
    return (summary.resultsBytes ?? size) === size ? summary : undefined;
  }
  throw new Error(
    `its report is of another version; write it again: npx serving-compare report ${shellWord(folder)}`,
  );
};

const readRun = async (folder: string): Promise<PastRun> => {
  const { lock, runnerLock } = runFilesIn(folder);
  if ((await writerOf([lock, runnerLock])) === 'another-process') {
    return { folder, state: 'running', answer: '', ...factsOf(await readPlan(folder)) };
  }
  const summary = await currentSummary(folder);
  if (summary === undefined) {
    const plan = await readPlan(folder);
    const resume = resumeCommandOf(folder, plan);
    return { folder, state: 'interrupted', answer: '', resume, ...factsOf(plan) };
  }
  const { validity, rows, plan } = summary;
  const facts = { folder, ...factsOf(plan) };
  const cutOff = validity?.reasons.find(
    ({ code }) => code === 'cut-off' || code === 'search-cut-off',
  );
  if (validity === undefined || cutOff !== undefined) {
    return { ...facts, state: 'interrupted', answer: '', resume: resumeCommandOf(folder, plan) };
  }
  if (validity.valid) {
    return { ...facts, state: 'valid', answer: titleOf(summary, rowLabels(rows, plan)) };
  }
  const [reason = ''] = invalidTexts(summary);
  return {
    ...facts,
    state: 'invalid',
    answer: reason.replace(/\.$/, ''),
    ...(summary.nextSteps.some(({ code }) => code === 'repeat-failed') && {
      resume: resumeCommandOf(folder, plan),
    }),
  };
};

const readRunOrWhyNot = async (folder: string): Promise<PastRun> => {
  try {
    return await readRun(folder);
  } catch (error) {
    return { folder, state: 'unreadable', answer: messageOf(error) };
  }
};

/**
 * Reads the runs in a folder, the newest first. Of a run with a report, only its summary is read, so that hundreds of runs are
 * listed at once.
 *
 * @throws BenchError if the folder cannot be read
 */
export const readPastRuns = async (folder: string): Promise<readonly PastRun[]> => {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new BenchError(
      'BENCH_NO_RUN',
      `the runs cannot be listed: ${folderErrorText(folder, error)}`,
      {
        hint: 'give the folder that holds your run folders, or make a run: npx serving-compare run',
        cause: error,
      },
    );
  }
  const plans = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const plan = await statOf(runFilesIn(path).plan).catch(() => undefined);
      return plan === undefined ? [] : [{ path, atMs: plan.mtimeMs }];
    }),
  );
  const runs = await Promise.all(
    plans.flat().map(async ({ path, atMs }) => {
      const run = await readRunOrWhyNot(path);
      return { run, atMs: run.createdAt === undefined ? atMs : Date.parse(run.createdAt) };
    }),
  );
  return runs.toSorted((one, other) => other.atMs - one.atMs).map(({ run }) => run);
};
