/** A buffer with the views through which the JSON writers fill it. Its first bytes are aligned to eight. */
export interface Scratch {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly doubles: Float64Array;
}

/** Part of a buffer, on loan to a request. */
export interface Borrowed {
  readonly bytes: Uint8Array;
  /** Gives the memory back; `bytes` must not be read afterwards. Later calls do nothing. */
  readonly release: () => void;
}

/** What a process keeps for later at most. A full-size request of 1000×750 pixels takes 18 MB. */
const MAX_KEPT_BYTES = 96 * 2 ** 20;
const PAGE_BYTES = 4096;

/**
 * Buffers that go from request to request. A fresh one costs a page fault and a cleared page every 4 KiB, which for
 * the largest bodies is two thirds of the time that filling them takes.
 */
export class BufferPool {
  private readonly kept: Scratch[] = [];
  private keptBytes = 0;
  private readonly maxKeptBytes: number;

  constructor(maxKeptBytes: number = MAX_KEPT_BYTES) {
    this.maxKeptBytes = maxKeptBytes;
  }

  /** At least so many bytes with anything in them; never more than twice the need, so that small bodies keep none large. */
  take(byteLength: number): Scratch {
    const size = Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
    const fit = this.kept.findIndex(
      ({ bytes }) => bytes.length >= size && bytes.length <= size * 2,
    );
    const [scratch] = fit === -1 ? [] : this.kept.splice(fit, 1);
    if (scratch !== undefined) {
      this.keptBytes -= scratch.bytes.length;
      return scratch;
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    return { bytes, view: new DataView(bytes.buffer), doubles: new Float64Array(bytes.buffer) };
  }

  /** Lends what was filled of a buffer that {@link take} gave. */
  lend(scratch: Scratch, start: number, end: number): Borrowed {
    let isReleased = false;
    return {
      bytes: scratch.bytes.subarray(start, end),
      release: () => {
        if (!isReleased) this.give(scratch);
        isReleased = true;
      },
    };
  }

  /** Takes a buffer back. The oldest ones go where the limit is passed, so that the sizes follow the traffic. */
  private give(scratch: Scratch): void {
    this.kept.push(scratch);
    this.keptBytes += scratch.bytes.length;
    while (this.keptBytes > this.maxKeptBytes) {
      this.keptBytes -= this.kept.shift()?.bytes.length ?? 0;
    }
  }
}
