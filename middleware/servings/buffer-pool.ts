/** A buffer, aligned to eight bytes, with the views that the JSON writers use. */
export interface Scratch {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly doubles: Float64Array;
}

/** Part of a buffer, lent to a request. */
export interface Borrowed {
  readonly bytes: Uint8Array;
  /** Returns the memory; `bytes` must not be read afterwards. Further calls do nothing. */
  readonly release: () => void;
}

/** Default limit of the memory that a pool keeps. A full-size request of 1000×750 pixels takes 18 MB. */
const MAX_KEPT_BYTES = 96 * 2 ** 20;
const PAGE_BYTES = 4096;

/**
 * Buffers that requests reuse. A new buffer costs a page fault and a cleared page per 4 KiB, which for the largest bodies is
 * two thirds of the time needed to fill them.
 */
export class BufferPool {
  private readonly kept: Scratch[] = [];
  private keptBytes = 0;
  private readonly maxKeptBytes: number;

  constructor(maxKeptBytes: number = MAX_KEPT_BYTES) {
    this.maxKeptBytes = maxKeptBytes;
  }

  /**
   * Takes a buffer of at least `byteLength` bytes with arbitrary content. It has at most twice the size needed, so that a
   * small body does not hold a large buffer.
   */
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

  /** Lends the filled part of a buffer from {@link take}. */
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

  /** Takes a buffer back and drops the oldest ones above the limit, so that the sizes follow the traffic. */
  private give(scratch: Scratch): void {
    this.kept.push(scratch);
    this.keptBytes += scratch.bytes.length;
    while (this.keptBytes > this.maxKeptBytes) {
      this.keptBytes -= this.kept.shift()?.bytes.length ?? 0;
    }
  }
}
