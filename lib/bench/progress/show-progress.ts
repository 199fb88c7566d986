import { calibrationCheck } from '../analysis/checks/calibration.ts';
import { targetLabels } from '../wording/labels.ts';
import type { HalfLine } from '../results/record-lines.ts';
import type { AnswerCheck, MeasurementRecord, Calibration } from '../model/record.ts';
import type { MeasurementPlace, EmitRunEvent, RunEvent } from '../run/run-event.ts';
import { createLiveLine } from './live-line.ts';
import { finishedText, liveText, stepTexts } from './progress-text.ts';
import { targetId } from '../model/measurement.ts';

export interface Progress {
  readonly emit: EmitRunEvent;
  readonly stop: () => void;
}

type Labels = ReadonlyMap<string, string>;

const fallenText = ({ target, reason }: AnswerCheck, labels: Labels): string =>
  `${labels.get(targetId(target)) ?? targetId(target)} gives wrong answers and is not measured: ${reason ?? ''}`;

/** Why a run will be invalid, before it takes its hours; undefined where nothing is wrong. */
const calibrationText = (calibration: Calibration): string | undefined => {
  const { state, finding, advice = '' } = calibrationCheck([calibration]);
  if (state !== 'failed') return undefined;
  return `${finding} ${advice} Interrupted before its first measurement, a run that is resumed measures it again.`;
};

const resumedText = (finished: number, total: number): string =>
  `going on: ${finished} of ${total} measurements are finished`;

const droppedText = ({ line: number, bytes }: HalfLine): string =>
  `line ${number} of results.jsonl was half a line of ${bytes} bytes and is dropped; its measurement is measured again`;

const isWorthALine = (record: MeasurementRecord): boolean =>
  record.state === 'failed' || (record.state === 'completed' && !record.load.self.keptUp);

/** Plain lines for files and pipes: one a finished measurement, and what takes long or goes wrong. */
const createPlainProgress = (write: (text: string) => void): Progress => {
  let labels: Labels = new Map();
  const line = (text: string): void => write(`${text}\n`);
  const emit = (event: RunEvent): void => {
    switch (event.event) {
      case 'preparing':
        return line(`${event.what} …`);
      case 'half-line-dropped':
        return line(droppedText(event.dropped));
      case 'calibration-end': {
        const wrong = calibrationText(event.calibration);
        if (wrong !== undefined) line(wrong);
        return;
      }
      case 'run-start':
        labels = targetLabels(event.plan.targets, event.plan);
        if (event.finishedMeasurements > 0) {
          line(resumedText(event.finishedMeasurements, event.total));
        }
        return;
      case 'check-end':
        if (event.answerCheck.state === 'failed') line(fallenText(event.answerCheck, labels));
        return;
      case 'measurement-end':
        return line(finishedText(event, event.record, labels));
      case 'serving-start':
      case 'check-start':
      case 'load':
      case 'bypass-start':
        return;
      default:
        event satisfies never;
    }
  };
  return { emit, stop: () => undefined };
};

/** One redrawn line; only what went wrong stays. */
const createTerminalProgress = (write: (text: string) => void, width: () => number): Progress => {
  const live = createLiveLine(write, width);
  let labels: Labels = new Map();
  let place: MeasurementPlace | undefined;
  let doing = '';
  const redraw = (): void => {
    if (place !== undefined) live.show(liveText(place, labels, doing));
  };
  const emit = (event: RunEvent): void => {
    switch (event.event) {
      case 'preparing':
        return live.show(`${event.what} …`);
      case 'half-line-dropped':
        return live.print(droppedText(event.dropped));
      case 'calibration-end': {
        const wrong = calibrationText(event.calibration);
        if (wrong !== undefined) live.print(wrong);
        return;
      }
      case 'run-start':
        labels = targetLabels(event.plan.targets, event.plan);
        if (event.finishedMeasurements > 0) {
          live.print(resumedText(event.finishedMeasurements, event.total));
        }
        return;
      case 'serving-start':
        place = event;
        doing = stepTexts['serving-start'];
        return redraw();
      case 'check-start':
        doing = stepTexts['answer-check'];
        return redraw();
      case 'check-end':
        if (event.answerCheck.state === 'failed') live.print(fallenText(event.answerCheck, labels));
        return;
      case 'load':
        place = event;
        return live.show(liveText(event, labels, event.progress));
      case 'bypass-start':
        place = event;
        doing = stepTexts['bypass-run'];
        return redraw();
      case 'measurement-end':
        if (isWorthALine(event.record)) {
          live.print(finishedText(event, event.record, labels));
        }
        return;
      default:
        event satisfies never;
    }
  };
  return { emit, stop: live.clear };
};

/** Shows how a run goes on, in the form that fits where it is shown. */
export const showProgress = (
  write: (text: string) => void,
  terminal: { readonly width: () => number } | undefined,
): Progress =>
  terminal === undefined
    ? createPlainProgress(write)
    : createTerminalProgress(write, terminal.width);
