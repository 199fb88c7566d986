import { calibrationCheck } from '../analysis/checks/calibration.ts';
import { adviceOn, findingOf } from '../analysis/checks/checks.ts';
import { hangingLines, MAX_COLUMNS } from '../wording/text-layout.ts';
import { labelOf, targetLabels, type Labels } from '../wording/labels.ts';
import type { HalfLine } from '../results/results-file.ts';
import {
  isAnswerFault,
  type AnswerCheck,
  type Calibration,
  type MeasurementRecord,
} from '../model/record.ts';
import { faultWords } from '../wording/answer-words.ts';
import type { MeasurementPosition, EmitRunEvent, RunEvent } from '../run/run-event.ts';
import { createLiveLine, type LiveTerminal } from './live-line.ts';
import { finishedText, isLate, liveText, pilotText } from './progress-text.ts';

export interface Progress {
  readonly emit: EmitRunEvent;
  readonly stop: () => void;
}

const failedCheckText = (
  { target, fault = 'wrong-answer', reason = '' }: AnswerCheck,
  labels: Labels,
): string => `${labelOf(labels, target)} ${faultWords[fault].gives} and is not measured: ${reason}`;

/** Warns at once, not hours later, that the run will be invalid; undefined if the calibration is accurate. */
const calibrationText = (calibration: Calibration): string | undefined => {
  const result = calibrationCheck([calibration]);
  if (result.state !== 'failed') return undefined;
  return `${findingOf(result)} ${adviceOn(result) ?? ''} The run measures it again later.`;
};

const resumedText = (finished: number, total: number): string =>
  `resumed: ${finished} of ${total} measurements are finished`;

const droppedText = ({ line: number, bytes }: HalfLine): string =>
  `line ${number} of results.jsonl was cut off after ${bytes} bytes and is dropped; its measurement is repeated`;

/** Whether a measurement must be reported. A failed answer check was reported when it was made. */
const isNoteworthy = (record: MeasurementRecord): boolean =>
  record.state === 'failed' ? !isAnswerFault(record.code) : isLate(record);

const CONTINUATION_INDENT = 2;

const TICK_MS = 1000;

/** Files and pipes get at most one routine line in this time, so that many short measurements do not hide the problems. */
const ROUTINE_EVERY_MS = 10_000;

/**
 * Shows the progress of a run. A terminal has one line that is redrawn and permanent lines for problems. Files and pipes get a line
 * every few seconds, one for each problem and one for the last measurement.
 */
export const showProgress = (
  write: (text: string) => void,
  terminal: LiveTerminal | undefined,
): Progress => {
  const live = terminal && createLiveLine(terminal);
  const printLine = live?.print ?? ((text: string): void => write(`${text}\n`));
  const print = (text: string): void =>
    hangingLines('', text, terminal?.width() ?? MAX_COLUMNS, CONTINUATION_INDENT).forEach(
      printLine,
    );
  let labels: Labels = new Map();
  let position: MeasurementPosition | undefined;
  let lastRoutineMs = -Infinity;
  const isRoutineLineDue = ({ number, total }: MeasurementPosition): boolean => {
    if (live !== undefined) return false;
    const nowMs = performance.now();
    if (number < total && nowMs - lastRoutineMs < ROUTINE_EVERY_MS) return false;
    lastRoutineMs = nowMs;
    return true;
  };
  let activity: Parameters<typeof liveText>[2] | undefined;
  /** When the time left of the position was true. */
  let sinceMs = 0;
  const redraw = (): void => {
    if (position === undefined || activity === undefined) return;
    live?.show(liveText(position, labels, activity, (performance.now() - sinceMs) / 1000));
  };
  const ticker = live && setInterval(redraw, TICK_MS).unref();
  const moveTo = (next: MeasurementPosition): void => {
    // All events of a measurement have the time left at its start.
    if (next.number !== position?.number) sinceMs = performance.now();
    position = next;
  };
  const showActivity = (now: typeof activity): void => {
    activity = now;
    redraw();
  };
  const emit = (event: RunEvent): void => {
    switch (event.event) {
      case 'preparing':
        return (live?.show ?? print)(`${event.what} …`);
      case 'warning':
        return print(event.text);
      case 'half-line-dropped':
        return print(droppedText(event.dropped));
      case 'calibration-end': {
        const wrong = calibrationText(event.calibration);
        if (wrong !== undefined) print(wrong);
        return;
      }
      case 'pilot-end':
        return print(pilotText(event.pilot, labels.size));
      case 'run-start':
        labels = targetLabels(event.plan.targets);
        if (event.finishedMeasurements > 0) {
          print(resumedText(event.finishedMeasurements, event.total));
        }
        return;
      case 'serving-start':
        moveTo(event);
        return showActivity('starting the serving');
      case 'check-start':
        return showActivity('checking the answers');
      case 'check-end':
        if (event.answerCheck.state === 'failed') print(failedCheckText(event.answerCheck, labels));
        return;
      case 'load':
        moveTo(event);
        return showActivity(event.progress);
      case 'bypass-start':
        moveTo(event);
        return showActivity('bypass run, without the middleware');
      case 'measurement-end':
        if (isRoutineLineDue(event) || isNoteworthy(event.record)) {
          print(finishedText(event, event.record, labels));
        }
        return;
      default:
        event satisfies never;
    }
  };
  return {
    emit,
    stop: () => {
      clearInterval(ticker);
      live?.clear();
    },
  };
};
