/** How requests share the instances of a model. */
export interface BatchOptions {
  /** How many batches are computed at the same time. */
  readonly instances: number;
  /** How many requests are computed together at most. */
  readonly maxBatch: number;
  /** How long a request waits for others, if an instance is free. */
  readonly batchDelayMs: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly sinceMs: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What a batch gives back for one of its items. */
export interface BatchedResult<Result> {
  readonly result: Result;
  /** How long the item waited for its batch. */
  readonly queueMs: number;
  readonly computeMs: number;
  /** Size of its batch. */
  readonly batchSize: number;
}

/**
 * Collects items into batches, in order of arrival. A free instance takes a full batch at once, and a smaller one when its first item
 * has waited for the delay.
 *
 * @param run - Computes a batch on an instance, numbered from 0; it gets no other batch before that.
 */
export const createBatcher = <Item, Result>(
  { instances, maxBatch, batchDelayMs }: BatchOptions,
  run: (batch: readonly Item[], instance: number) => Promise<readonly Result[]>,
): ((item: Item) => Promise<BatchedResult<Result>>) => {
  const waiting: Waiting<Item, BatchedResult<Result>>[] = [];
  const free = Array.from({ length: instances }, (_, instance) => instance);
  let timer: NodeJS.Timeout | undefined;

  const compute = async (
    batch: readonly Waiting<Item, BatchedResult<Result>>[],
    instance: number,
  ): Promise<void> => {
    const startedAtMs = performance.now();
    try {
      const results = await run(
        batch.map(({ item }) => item),
        instance,
      );
      const computeMs = performance.now() - startedAtMs;
      for (const [index, { sinceMs, resolve }] of batch.entries()) {
        const result = results[index] as Result;
        resolve({ result, queueMs: startedAtMs - sinceMs, computeMs, batchSize: batch.length });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    free.push(instance);
    takeTurns();
  };

  const takeTurns = (): void => {
    clearTimeout(timer);
    for (let [first] = waiting; first !== undefined && free.length > 0; [first] = waiting) {
      const leftMs = first.sinceMs + batchDelayMs - performance.now();
      if (waiting.length < maxBatch && leftMs > 0) {
        timer = setTimeout(takeTurns, leftMs);
        return;
      }
      void compute(waiting.splice(0, maxBatch), free.shift() ?? 0);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, sinceMs: performance.now(), resolve, reject });
      takeTurns();
    });
};
