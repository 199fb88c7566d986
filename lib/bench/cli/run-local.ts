import { join, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { showProgress } from '../progress/show-progress.ts';
import { buildPaths } from '../plan/build-paths.ts';
import { areServingsNamed, resolvePlanOptions, type PlanOptions } from '../plan/plan-options.ts';
import type { RunSettings } from '../plan/plan.ts';
import { writeReport } from '../report/write-report.ts';
import { readPlan } from '../results/run-folder.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { runPlan } from '../run/run-plan.ts';
import { statementOf } from '../statement.ts';
import type { CommandContext } from './command.ts';
import { isInterrupt } from './interrupts.ts';
import { numberOf } from './option-values.ts';
import { planOverridesOf } from './plan-arguments.ts';
import type { RunValues } from './run-options.ts';
import { printResult } from './run-result.ts';
import { usageError } from './usage.ts';

const MOST_PROCESSES_A_CORE = 16;

const settingsOf = ({ images, model, processes }: RunValues): RunSettings => ({
  ...(images === undefined ? {} : { imagesDir: resolve(images) }),
  ...(model === undefined ? {} : { modelFile: resolve(model) }),
  ...(processes === undefined
    ? {}
    : {
        processes: numberOf('processes', processes, {
          least: 1,
          most: availableParallelism() * MOST_PROCESSES_A_CORE,
          whole: true,
        }),
      }),
});

/** `2026-01-31T12-00-00-quick`: sorts by time, and is a file name everywhere. */
const folderName = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${profile}`;

/** What will be compared, before it is: seeded weights are not trained, and a model of one's own counts as trained. */
const announced = (options: PlanOptions, strict: boolean, settings: RunSettings): string =>
  statementOf({
    paths: buildPaths(options, strict),
    model: {
      file: '',
      sha256: '',
      trained: settings.modelFile !== undefined && options.engine === 'onnx',
    },
    options,
  });

interface Intent {
  readonly statement: string;
  readonly folder: string;
  readonly prepare: (emit: EmitRunEvent, signal: AbortSignal) => Promise<PreparedRun>;
}

const intentOf = async (values: RunValues): Promise<Intent> => {
  const said = planOverridesOf(values);
  const settings = settingsOf(values);
  if (values.resume !== undefined) {
    if (values.output !== undefined) {
      throw usageError(
        '--resume and --output exclude each other',
        'a resumed run stays in its folder',
      );
    }
    const folder = values.resume;
    return {
      statement: statementOf(await readPlan(folder)),
      folder,
      prepare: (emit, signal) => prepareResumedRun({ folder, said, settings }, { emit, signal }),
    };
  }
  const options = resolvePlanOptions(said);
  const strict = areServingsNamed(said);
  const folder = values.output ?? join('results', folderName(new Date(), options.profile));
  return {
    statement: announced(options, strict, settings),
    folder,
    prepare: (emit, signal) =>
      prepareNewRun({ folder, options, strict, settings }, { emit, signal }),
  };
};

/** Runs a plan on this machine, or goes on with one, and writes the report. */
export const runLocal = async (
  values: RunValues,
  { console, signal }: Pick<CommandContext, 'console' | 'signal'>,
): Promise<number> => {
  const intent = await intentOf(values);
  const json = values.json === true;
  if (!json) console.out(`${intent.statement}\n`);
  const progress = showProgress(console.err, console.errTerminal);
  let prepared: PreparedRun | undefined;
  try {
    prepared = await intent.prepare(progress.emit, signal);
    const { folder, plan, imagesDir, answers } = prepared;
    await runPlan({ folder, plan, imagesDir, answers, emit: progress.emit, signal });
    progress.emit({ event: 'preparing', what: 'writing the report' });
    const report = await writeReport(folder);
    progress.stop();
    return printResult(report, folder, console, { json, withStatement: false });
  } catch (error) {
    progress.stop();
    if (isInterrupt(error)) {
      console.err(
        prepared === undefined
          ? 'interrupted before the first cell\n'
          : `interrupted; all finished cells are kept. Go on with\n  bench run --resume ${prepared.folder}\n`,
      );
    }
    throw error;
  } finally {
    await prepared?.release();
  }
};
