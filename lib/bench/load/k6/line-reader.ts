import { createHistogram } from '../../stats/histogram.ts';
import { isInside, type MeasuringWindow } from '../measuring-window.ts';
import type { Tally } from '../tally.ts';
import { outcomeOf } from './outcome.ts';
import { parseK6Line } from './sample-line.ts';

/** Counts what the lines of the load script say. */
export class LineReader {
  /** Lines so far, all kinds. */
  lines = 0;
  /** Resolves with the time when the load begins, in milliseconds since 1970, as soon as k6 has said it. */
  readonly started: Promise<number>;
  readonly #window: MeasuringWindow;
  readonly #tally: Tally;
  readonly #lag = createHistogram(1000);
  /** The part of a line whose end has not come yet. */
  #rest = '';
  #onStart: (loadStartEpochMs: number) => void = () => undefined;

  constructor(window: MeasuringWindow, tally: Tally) {
    this.#window = window;
    this.#tally = tally;
    this.started = new Promise((resolve) => {
      this.#onStart = resolve;
    });
  }

  /** Takes the next piece of k6's output, which may end inside a line. Throws on a line that the script did not write. */
  accept(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  /** What k6 took beside the exchanges that ended inside the window. */
  lag(): { readonly p99Ms: number; readonly maxMs: number } {
    const lag = this.#lag;
    return lag.totalCount === 0
      ? { p99Ms: 0, maxMs: 0 }
      : { p99Ms: lag.getValueAtPercentile(99) / 1000, maxMs: lag.maxValue / 1000 };
  }

  #read(text: string): void {
    const line = parseK6Line(text);
    this.lines += 1;
    if (line.kind === 'start') {
      this.#onStart(line.loadStartEpochMs);
    } else if (line.kind === 'unsent') {
      this.#tally.addUnsent(line.plannedMs, line.image);
    } else if (Number.isNaN(line.doneMs)) {
      this.#tally.addUnfinished(line.plannedMs, line.sentMs, line.image);
    } else {
      const { plannedMs, sentMs, doneMs, image, lagMs } = line;
      this.#tally.add(plannedMs, sentMs, doneMs, image, outcomeOf(line), line);
      if (isInside(this.#window, doneMs)) this.#lag.recordValue(Math.round(lagMs * 1000));
    }
  }
}
