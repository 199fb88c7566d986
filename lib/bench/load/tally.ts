import type { MeasuringWindow } from './measuring-window.ts';
import { counts } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';
import { PhaseRecorder } from './phases.ts';
import { RecentAnswers } from './progress.ts';
import type { LoadResult } from '../model/load-result.ts';
import { Samples } from './samples.ts';
import { summariseSamples, type SampleSummary } from './summarise-samples.ts';

/** What an answer says beside its body. Headers are empty where there was none. */
export interface AnswerFacts {
  /** Length of the body. */
  readonly bytes: number;
  readonly serverTiming: string;
  /** `1/2` is process 1 of 2. */
  readonly process: string;
}

/** Counts what came of each planned request, whichever engine sent it. All times in milliseconds from the load's start. */
export class Tally {
  readonly samples = new Samples();
  readonly recent = new RecentAnswers();
  readonly #phases = new PhaseRecorder();
  readonly #answersByProcess: Record<string, number> = {};
  readonly #window: MeasuringWindow;
  readonly #bodyBytes: readonly number[];
  #bytesSent = 0;
  #bytesReceived = 0;

  /** `bodyBytes`: the sizes of the images. */
  constructor(window: MeasuringWindow, bodyBytes: readonly number[]) {
    this.#window = window;
    this.#bodyBytes = bodyBytes;
  }

  /** A request that ended; `outcome` is one of `OUTCOME` or a status. */
  add(
    plannedMs: number,
    sentMs: number,
    doneMs: number,
    image: number,
    outcome: number,
    { bytes, serverTiming, process }: AnswerFacts,
  ): void {
    this.samples.add(plannedMs, sentMs, doneMs, image, outcome);
    this.recent.add(outcome, doneMs - plannedMs);
    if (!counts(this.#window, plannedMs, doneMs)) return;
    this.#bytesSent += this.#bodyBytes[image] ?? 0;
    this.#bytesReceived += bytes;
    if (outcome !== OUTCOME.succeeded) return;
    if (serverTiming !== '') this.#phases.add(serverTiming);
    if (process !== '') {
      const name = process.split('/', 1)[0] ?? '';
      this.#answersByProcess[name] = (this.#answersByProcess[name] ?? 0) + 1;
    }
  }

  /** A request in flight that nobody waits for any more. */
  addUnfinished(plannedMs: number, sentMs: number, image: number): void {
    this.samples.add(plannedMs, sentMs, NaN, image, OUTCOME.unfinished);
  }

  /** A planned request that was not sent. */
  addUnsent(plannedMs: number, image: number): void {
    this.samples.add(plannedMs, NaN, NaN, image, OUTCOME.unsent);
  }

  /** The figures of all that was counted. */
  summarise(
    timeoutMs: number,
  ): SampleSummary &
    Pick<LoadResult, 'phases' | 'answersByProcess' | 'bytesSent' | 'bytesReceived'> {
    return {
      ...summariseSamples(this.samples, this.#window, timeoutMs),
      phases: this.#phases.summarise(),
      answersByProcess: this.#answersByProcess,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
    };
  }
}
