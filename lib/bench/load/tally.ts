import type { MeasuringWindow } from './measuring-window.ts';
import { counts } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';
import { RecentAnswers } from './progress.ts';
import type { LoadResult } from '../model/load-result.ts';
import { Samples } from './samples.ts';
import { PhaseMeans } from './server-timing.ts';
import { summariseSamples, type SampleSummary } from './summarise-samples.ts';

/** Counts the outcomes of all planned requests, for both load generators. Times are milliseconds from the load's start. */
export class Tally {
  readonly samples = new Samples();
  readonly recent = new RecentAnswers();
  readonly #phases = new PhaseMeans();
  readonly #window: MeasuringWindow;

  constructor(window: MeasuringWindow) {
    this.#window = window;
  }

  /** A request that ended; `outcome` is one of `OUTCOME` or a status, `serverTiming` is empty without that header. */
  add(
    plannedMs: number,
    sentMs: number,
    doneMs: number,
    image: number,
    outcome: number,
    serverTiming: string,
  ): void {
    this.samples.add(plannedMs, sentMs, doneMs, image, outcome);
    this.recent.add(outcome, doneMs - plannedMs);
    if (
      serverTiming !== '' &&
      outcome === OUTCOME.succeeded &&
      counts(this.#window, plannedMs, doneMs)
    ) {
      this.#phases.add(serverTiming);
    }
  }

  /** A request in flight when the load ended. */
  addUnfinished(plannedMs: number, sentMs: number, image: number): void {
    this.samples.add(plannedMs, sentMs, NaN, image, OUTCOME.unfinished);
  }

  /** A planned request that was not sent. */
  addUnsent(plannedMs: number, image: number): void {
    this.samples.add(plannedMs, NaN, NaN, image, OUTCOME.unsent);
  }

  /** The figures of all that was counted. */
  summarise(timeoutMs: number): SampleSummary & Pick<LoadResult, 'phases'> {
    return {
      ...summariseSamples(this.samples, this.#window, timeoutMs),
      phases: this.#phases.summarise(),
    };
  }
}
