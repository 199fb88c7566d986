import type {
  LoadEvent,
  PhaseSummary,
  GeneratorSelfCheck,
  LoadResult,
} from '../model/load-result.ts';
import { type MeasuringWindow, isInside } from '../../../k6/measuring-window.ts';
import { isAnswer, OUTCOME } from './outcome.ts';
import type { LoadJob } from './job.ts';
import { Samples, summariseSamples } from './samples.ts';
import { judgeGenerator } from './self-check.ts';

/** The median for the progress line is over this many answers at most. */
const KEPT = 512;

/** The figures of the progress line, since the warm-up or the window began. */
export class RecentAnswers {
  /** Failures since the start of the load. */
  failed = 0;
  #succeeded = 0;
  readonly #latenciesMs = new Float64Array(KEPT);

  add(outcome: number, latencyMs: number): void {
    if (outcome === OUTCOME.succeeded) {
      this.#latenciesMs[this.#succeeded % KEPT] = latencyMs;
      this.#succeeded += 1;
    } else {
      this.failed += 1;
    }
  }

  /** Forgets the answers of the warm-up. */
  beginWindow(): void {
    this.#succeeded = 0;
  }

  /** The correct answers and the median latency of the latest; null if there are none. */
  figures(): { readonly answers: number; readonly p50Ms: number | null } {
    const answers = this.#succeeded;
    const sorted = this.#latenciesMs.slice(0, Math.min(answers, KEPT)).sort();
    return { answers, p50Ms: sorted[Math.ceil(sorted.length / 2) - 1] ?? null };
  }
}

const EVERY_MS = 400;

/** Emits the progress of the load, more than twice a second, until it is stopped. */
export const startProgress = (
  recent: RecentAnswers,
  window: () => MeasuringWindow | undefined,
  clock: () => number,
  emit: (event: LoadEvent) => void,
): { readonly stop: () => void } => {
  let sinceMs = clock();
  let isWarmUp = true;
  const timer = setInterval(() => {
    const nowMs = clock();
    const phase = phaseAt(window(), nowMs);
    const figures = recent.figures();
    emit({
      event: 'progress',
      phase,
      elapsedSeconds: nowMs / 1000,
      requestRatePerSecond: (figures.answers * 1000) / (nowMs - sinceMs),
      ...figures,
      failed: recent.failed,
    });
    if (isWarmUp && phase !== 'warmup') {
      recent.beginWindow();
      sinceMs = nowMs;
      isWarmUp = false;
    }
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
};

const phaseAt = (
  window: MeasuringWindow | undefined,
  timeMs: number,
): 'warmup' | 'window' | 'drain' => {
  if (window === undefined || timeMs < window.startMs) return 'warmup';
  return timeMs < window.endMs ? 'window' : 'drain';
};

/** A metric with a duration in a `Server-Timing` header; see W3C Server Timing, section 4. */
const METRIC = /^\s*([^\s;]+)\s*(?:;[^;]*)*?;\s*dur\s*=\s*"?(\d+(?:\.\d+)?)"?/i;

/** The mean duration of each metric in the `Server-Timing` headers of the correct answers, in milliseconds. */
export class PhaseMeans {
  readonly #sums = new Map<string, { count: number; sumMs: number }>();

  /** Adds a header. Skips metrics that do not follow the standard, as it requires. */
  add(header: string): void {
    for (const metric of header.split(',')) {
      const [, name, durationMs] = METRIC.exec(metric) ?? [];
      if (name === undefined) continue;
      const phase = this.#sums.get(name) ?? { count: 0, sumMs: 0 };
      phase.count += 1;
      phase.sumMs += Number(durationMs);
      this.#sums.set(name, phase);
    }
  }

  summarise(): Record<string, PhaseSummary> {
    return Object.fromEntries(
      [...this.#sums].map(([name, { count, sumMs }]) => [name, { meanMs: sumMs / count }]),
    );
  }
}

/** What the window of a job depends on. */
type TalliedJob = Pick<LoadJob, 'level' | 'warmupSeconds' | 'durationSeconds' | 'timeoutMs'>;

/** Counts the outcomes of all planned requests, for both load generators. Times are in milliseconds since the start of the load. */
export class Tally {
  readonly samples = new Samples();
  readonly recent = new RecentAnswers();
  /** Resolves as soon as the measuring window is known. */
  readonly windowOpened: Promise<MeasuringWindow>;
  readonly #phases = new PhaseMeans();
  readonly #job: TalliedJob;
  /** Virtual users that have had no answer yet. */
  readonly #waiting = new Set<number>();
  #window: MeasuringWindow | undefined;
  #onOpen: (window: MeasuringWindow) => void = () => undefined;
  #answers = 0;
  #wrongAnswers = 0;
  #notUnderstood = 0;

  constructor(job: TalliedJob) {
    this.#job = job;
    this.windowOpened = new Promise((resolve) => {
      this.#onOpen = resolve;
    });
    if (job.level.loop === 'open') this.#open(0);
    else for (let user = 0; user < job.level.virtualUsers; user += 1) this.#waiting.add(user);
  }

  /** The measuring window; undefined until every virtual user has had an answer. */
  get window(): MeasuringWindow | undefined {
    return this.#window;
  }

  /**
   * Adds a request that ended.
   *
   * @param user the number of the virtual user, from 0; of no account in an open loop
   * @param outcome one of `OUTCOME`, or an HTTP status
   * @param serverTiming the header of that name; empty if there is none
   */
  add(
    user: number,
    plannedMs: number,
    sentMs: number,
    doneMs: number,
    image: number,
    outcome: number,
    serverTiming: string,
  ): void {
    this.samples.add(plannedMs, sentMs, doneMs, image, outcome);
    this.recent.add(outcome, doneMs - plannedMs);
    if (this.#waiting.delete(user) && this.#waiting.size === 0) this.#open(doneMs);
    if (isAnswer(outcome)) this.#answers += 1;
    if (outcome === OUTCOME.wrongAnswer) this.#wrongAnswers += 1;
    if (outcome === OUTCOME.notUnderstood) this.#notUnderstood += 1;
    if (
      serverTiming !== '' &&
      outcome === OUTCOME.succeeded &&
      this.#window !== undefined &&
      isInside(this.#window, plannedMs)
    ) {
      this.#phases.add(serverTiming);
    }
  }

  /** Adds a planned request that was not sent. */
  addUnsent(plannedMs: number, image: number): void {
    this.samples.add(plannedMs, NaN, NaN, image, OUTCOME.unsent);
  }

  /**
   * The result of the job: its figures, and whether the load generator kept up.
   *
   * @throws Error if there is no window
   */
  resultOf(
    origin: Pick<LoadResult, 'generator' | 'startedAt'>,
    { cpuMs, cores }: Pick<GeneratorSelfCheck, 'cpuMs' | 'cores'>,
    lag: { readonly p99Ms: number; readonly maxMs: number },
  ): LoadResult {
    const window = this.#window;
    if (window === undefined) throw new Error('not every virtual user had an answer');
    const { level, timeoutMs } = this.#job;
    const windowMs = window.endMs - window.startMs;
    const figures = summariseSamples(this.samples, window, level.loop, timeoutMs);
    const { delayedShare, unsent } = figures;
    return {
      ...origin,
      // Times are sums of milliseconds, whose last digits are noise.
      durationSeconds: Number((windowMs / 1000).toFixed(6)),
      ...figures,
      answers: this.#answers,
      wrongAnswers: this.#wrongAnswers || undefined,
      notUnderstood: this.#notUnderstood || undefined,
      phases: this.#phases.summarise(),
      self: judgeGenerator({
        cpuMs,
        cores,
        windowMs,
        eventLoopLagP99Ms: lag.p99Ms,
        eventLoopLagMaxMs: lag.maxMs,
        delayedShare,
        unsent,
      }),
    };
  }

  /** The window begins when the warm-up is over and every virtual user has had an answer. */
  #open(answeredMs: number): void {
    const { warmupSeconds, durationSeconds } = this.#job;
    const startMs = Math.max(warmupSeconds * 1000, answeredMs);
    this.#window = { startMs, endMs: startMs + durationSeconds * 1000 };
    this.#onOpen(this.#window);
  }
}
