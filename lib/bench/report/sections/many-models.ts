import type { ManyServer, ManySummary, Refusal } from '../../analysis/many/many-types.ts';
import { BEYOND } from '../../analysis/many/summary.ts';
import type { Summary } from '../../analysis/summary.ts';
import {
  counted,
  formatFigure,
  joined,
  roughPercent,
  withInterval,
} from '../../wording/format-number.ts';
import { labelOf, targetLabels, type Labels } from '../../wording/labels.ts';
import {
  blocks,
  dataColumn,
  dataFile,
  estimateColumn,
  figureColumn,
  list,
  onlyIn,
  table,
  text,
  wordColumn,
} from '../blocks.ts';
import type { Chart } from '../charts/draw-chart.ts';
import {
  EVERYWHERE,
  PAGES,
  type Block,
  type Column,
  type DataFile,
  type Section,
} from '../model.ts';

type Row = ManyServer;

const HOW = {
  api: 'API',
  config: 'new configuration',
  'on-demand': 'on demand',
  coded: 'our code',
  restart: 'restart',
} as const satisfies Record<Row['how'], string>;

const labelsOf = ({ plan }: Summary): Labels => targetLabels(plan.targets, plan);

const nameIn = (labels: Labels, { target, over }: Pick<Row, 'target' | 'over'>): string =>
  joined(', loaded over ', labelOf(labels, target), over && { rest: 'HTTP', grpc: 'gRPC' }[over]);

/** A process for each model, or one for all. */
const processText = ({ memory }: Row): string =>
  memory.processesPerModel < 0.5
    ? 'in one process'
    : `with ${counted(Math.round(memory.processesPerModel), 'process', 'processes')} for each`;

const memoryText = ({ held, memory: { perModelMiB, fits } }: Row): string =>
  perModelMiB === undefined
    ? 'too few numbers of models for a slope'
    : `${withInterval(`${formatFigure(perModelMiB.value)} MiB for each further model`, perModelMiB.interval)}${fits === undefined ? '' : `; ${fits === BEYOND * held ? 'at least ' : ''}${fits} fit into 4 GiB`}`;

const neighbourText = ({ neighbour }: Row): string => {
  const { loading, slow, longestMs, failed } = neighbour;
  if (loading === 'restart') {
    return `its neighbours are silent for up to ${formatFigure(longestMs)} ms${failed > 0 ? `, and ${counted(failed, 'request')} failed` : ''}`;
  }
  const during =
    slow === undefined
      ? ''
      : ` (silent for ${formatFigure(slow.silenceMs)} ms of a load of ${formatFigure(slow.loadMs)} ms; ${formatFigure(slow.burnMs)} ms by the machine alone)`;
  const words = {
    waits: 'its neighbours wait for the load',
    'goes-on': 'its neighbours go on',
    unclear: 'whether its neighbours wait is unclear',
  } as const;
  return `${words[loading]}${during}`;
};

const AFTER_UNLOAD = {
  returned: 'memory is returned',
  'kept-and-reused': 'memory is kept and reused',
  grows: 'memory grows when models come and go',
} as const;

const refusalText = (name: string, refusal: Refusal | undefined): string | false => {
  if (refusal === undefined) return false;
  const { kind, status } = refusal;
  if (kind === 'answers') return `${name} gets an answer (${status})`;
  return kind === 'hangs'
    ? `${name} gets no answer`
    : `${name} gets ${status}${kind === 'vague' ? ', which says nothing' : ''}`;
};

const BROKEN = {
  refused: 'a broken file is refused',
  accepted: 'a broken file is accepted',
  hangs: 'a broken file makes the load hang',
  died: 'a broken file ends the server',
  'not-started': 'with a broken file the server does not start',
} as const;

const brokenText = ({ errors: { broken } }: Row): string | false =>
  broken !== undefined &&
  joined(
    ', ',
    BROKEN[broken.kind],
    !broken.othersRight && broken.kind !== 'not-started' && 'others suffer',
    !broken.laterLoads && 'and the next model cannot be loaded',
    !broken.repaired && broken.laterLoads && 'and a good file under its name is not loaded',
  );

/** What is wrong with a server, before anything else. */
const faultText = ({ mixedUp, wrong, leftOver, load, listsOthers }: Row): string => {
  const [first] = mixedUp;
  return joined(
    '; ',
    first !== undefined &&
      `✗ MIXES MODELS UP: asked ${first.asked}, answered ${first.answeredBy}${mixedUp.length > 1 ? ` (${mixedUp.length} times)` : ''}`,
    wrong > 0 && `✗ ${counted(wrong, 'wrong answer')}`,
    load.tooEarly > 0 && `${load.tooEarly} models were reported as loaded before they answered`,
    listsOthers !== undefined && `it lists ${listsOthers.listed} of ${listsOthers.models} models`,
    leftOver > 0 && `${counted(leftOver, 'process', 'processes')} stayed after its end`,
  );
};

/** What a server is like with many models, as a sentence. */
const serverText = (row: Row, labels: Labels): string => {
  const { held, load, memory, errors, stopped, how } = row;
  const answer = load.medianMs === undefined ? false : `${formatFigure(load.medianMs)} ms`;
  return `${nameIn(labels, row)}: ${joined(
    '; ',
    faultText(row),
    `${counted(held, 'model')} ${processText(row)}`,
    stopped !== undefined && `stopped at ${stopped.models}: ${stopped.text.split('\n')[0]}`,
    memoryText(row),
    how === 'restart'
      ? answer && `a new model needs a restart of ${answer}`
      : answer && `a new one answers after ${answer}`,
    neighbourText(row),
    memory.afterUnload && AFTER_UNLOAD[memory.afterUnload],
    refusalText('an unknown name', errors.unknown),
    refusalText('an unloaded one', errors.unloaded),
    brokenText(row),
  )}.`;
};

/** The finding of a run with many models, as a sentence without a full stop. */
export const manyTitle = (summary: Summary, { servers, planned, failed }: ManySummary): string => {
  const labels = labelsOf(summary);
  const [mixing] = servers.filter(({ mixedUp }) => mixedUp.length > 0);
  if (mixing !== undefined) return `${nameIn(labels, mixing)} mixes models up`;
  const [first, ...others] = servers.filter(({ memory }) => memory.perModelMiB !== undefined);
  if (first?.memory.perModelMiB === undefined) {
    return failed.length > 0 ? 'No server could be measured' : 'No server has figures';
  }
  const of = `${formatFigure(first.memory.perModelMiB.value)} MiB for each further model`;
  const last = others.at(-1)?.memory.perModelMiB;
  return last === undefined
    ? `With up to ${planned} models on one server, ${nameIn(labels, first)} needs ${of}`
    : `Of up to ${planned} models on one server, ${nameIn(labels, first)} needs the least memory: ${of}, the most ${formatFigure(last.value)} MiB`;
};

/** What a run with many models found, below its title. */
export const manyBlocks = (
  summary: Summary,
  { servers, failed }: ManySummary,
): readonly Block[] => {
  const labels = labelsOf(summary);
  const { leftOut = [], alike = [] } = summary.plan.many ?? {};
  return blocks(
    list([
      ...servers.map((server) => serverText(server, labels)),
      ...failed.map(
        (row) => `${nameIn(labels, row)} could not be measured: ${row.message.split('\n')[0]}`,
      ),
    ]),
    list(
      [
        ...alike.map(
          ([one, other]) =>
            `Mix-ups between ${one} and ${other} cannot be noticed: their answers are alike.`,
        ),
        ...leftOut.map(({ file, reason }) => `Left out: ${file}: ${reason}`),
      ],
      'notices',
    ),
  );
};

const spreadText = ({ spread }: Row): string | undefined => {
  const last = spread.at(-1);
  if (last === undefined) return undefined;
  if (last.withheld !== undefined)
    return last.withheld === 'unsteady' ? 'unsteady' : 'load generator busy';
  return `${roughPercent(last.uniform ?? NaN)} %, ${roughPercent(last.zipf ?? NaN)} %`;
};

const refusalCell = (refusal: Refusal | undefined): string | undefined =>
  refusal && `${refusal.kind} (${refusal.status})`;

const columnsOf = (labels: Labels): readonly Column<Row>[] => [
  wordColumn('server', 'Server', (row) => nameIn(labels, row), { isHead: true }),
  wordColumn('how', 'How', ({ how }) => HOW[how]),
  estimateColumn('mib_per_model', 'Per model', 'MiB', ({ memory }) => memory.perModelMiB),
  figureColumn('fits_in_4_gib', 'Fit into 4 GiB', undefined, ({ memory }) => memory.fits),
  figureColumn(
    'mib_per_server',
    'One server per model',
    'MiB',
    ({ memory }) => memory.perServerMiB,
  ),
  figureColumn('processes_per_model', 'Processes per model', undefined, ({ memory }) =>
    Math.max(0, memory.processesPerModel),
  ),
  figureColumn('threads_per_model', 'Threads per model', undefined, ({ memory }) =>
    Math.max(0, memory.threadsPerModel),
  ),
  figureColumn('load_ms', 'Load', 'ms', ({ load }) => load.medianMs),
  figureColumn('worst_load_ms', 'Slowest load', 'ms', ({ load }) => load.worstMs),
  figureColumn('silence_ms', 'Longest silence', 'ms', ({ neighbour }) => neighbour.longestMs),
  figureColumn('control_silence_ms', 'without loads', 'ms', ({ neighbour }) => neighbour.controlMs),
  figureColumn('p99_ms', 'p99 during loads', 'ms', ({ neighbour }) => neighbour.p99Ms),
  figureColumn('control_p99_ms', 'p99 without', 'ms', ({ neighbour }) => neighbour.controlP99Ms),
  wordColumn('neighbours', 'Neighbours', ({ neighbour }) => neighbour.loading.replace('-', ' ')),
  wordColumn('spread', 'Rate over all ÷ one: uniform, Zipf', spreadText),
  wordColumn('after_unload', 'After unloading', ({ memory }) =>
    memory.afterUnload?.replaceAll('-', ' '),
  ),
  wordColumn('unknown_name', 'Unknown name', ({ errors }) => refusalCell(errors.unknown)),
  wordColumn('broken_file', 'Broken file', ({ errors }) => errors.broken?.kind.replace('-', ' ')),
];

/** The table and the chart of a run with many models; undefined for other runs. */
export const manySection = (summary: Summary, chart: Chart | undefined): Section | undefined => {
  const { manyModels } = summary;
  if (manyModels === undefined) return undefined;
  const labels = labelsOf(summary);
  const { servers } = manyModels;
  const notes = servers.flatMap((row) =>
    row.note === undefined ? [] : `${nameIn(labels, row)}: ${row.note}`,
  );
  return {
    id: 'many-models',
    title: 'Many models on one server',
    only: EVERYWHERE,
    blocks: onlyIn(
      PAGES,
      chart && { kind: 'charts', charts: [chart] },
      table('Servers', columnsOf(labels), servers),
      text(
        'Per model: the least-squares slope of memory over the number of models, with its 95 % interval. Fit into 4 GiB: by that slope, counted up to ten times the models that were measured. Load: until the first correct answer of a new model. Longest silence: the longest time for which a model that is asked at a constant rate gave no answer. Every model was asked for its own answer at each count. "Our code": an API that this project wrote, no feature of the server.',
        'small',
      ),
      list(notes),
    ),
  };
};

/** The CSV file of a run with many models. */
export const manyFile = (summary: Summary, { servers }: ManySummary): DataFile =>
  dataFile(
    'many.csv',
    [...columnsOf(labelsOf(summary)), dataColumn<Row>('models', ({ held }) => held)],
    servers,
  );
