import type { GeneratorSelfCheck, LoadResult } from '../model/load-result.ts';
import type { LoadJob } from './job.ts';
import { counts, type MeasuringWindow } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';
import { RecentAnswers } from './load-progress.ts';
import { Samples } from './samples.ts';
import { judgeGenerator } from './self-check.ts';
import { PhaseMeans } from './server-timing.ts';
import { summariseSamples } from './summarise-samples.ts';

/** Counts the outcomes of all planned requests, for both load generators. Times are in milliseconds since the start of the load. */
export class Tally {
  readonly samples = new Samples();
  readonly recent = new RecentAnswers();
  readonly #phases = new PhaseMeans();
  readonly #window: MeasuringWindow;
  #wrongAnswers = 0;
  #notUnderstood = 0;

  constructor(window: MeasuringWindow) {
    this.#window = window;
  }

  /**
   * Adds a request that ended.
   *
   * @param outcome one of `OUTCOME`, or an HTTP status
   * @param serverTiming the header of that name; empty if there is none
   */
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
    if (outcome === OUTCOME.wrongAnswer) this.#wrongAnswers += 1;
    if (outcome === OUTCOME.notUnderstood) this.#notUnderstood += 1;
    if (
      serverTiming !== '' &&
      outcome === OUTCOME.succeeded &&
      counts(this.#window, plannedMs, doneMs)
    ) {
      this.#phases.add(serverTiming);
    }
  }

  /** Adds a request that was in flight when the load ended. */
  addUnfinished(plannedMs: number, sentMs: number, image: number): void {
    this.samples.add(plannedMs, sentMs, NaN, image, OUTCOME.unfinished);
  }

  /** Adds a planned request that was not sent. */
  addUnsent(plannedMs: number, image: number): void {
    this.samples.add(plannedMs, NaN, NaN, image, OUTCOME.unsent);
  }

  /** The result of the job: its figures, and whether the load generator kept up. */
  resultOf(
    { durationSeconds, timeoutMs }: Pick<LoadJob, 'durationSeconds' | 'timeoutMs'>,
    origin: Pick<LoadResult, 'generator' | 'startedAt'>,
    { cpuMs, cores }: Pick<GeneratorSelfCheck, 'cpuMs' | 'cores'>,
    lag: { readonly p99Ms: number; readonly maxMs: number },
  ): LoadResult {
    const figures = summariseSamples(this.samples, this.#window, timeoutMs);
    const { delayedShare, unsent } = figures;
    return {
      ...origin,
      durationSeconds,
      ...figures,
      wrongAnswers: this.#wrongAnswers || undefined,
      notUnderstood: this.#notUnderstood || undefined,
      phases: this.#phases.summarise(),
      self: judgeGenerator({
        cpuMs,
        cores,
        windowMs: durationSeconds * 1000,
        eventLoopLagP99Ms: lag.p99Ms,
        eventLoopLagMaxMs: lag.maxMs,
        delayedShare,
        unsent,
      }),
    };
  }
}
