import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Aws } from '../../lib/bench/aws/clients.ts';
import { packModel, sendModel } from '../../lib/bench/aws/model-transfer.ts';
import type { PlanRequest } from '../../lib/bench/plan/plan-request.ts';
import { askedModel } from '../../lib/bench/plan/planned-model.ts';
import { describedTwoByTwo, readGiven } from './described-model.ts';

/** Uploads a model for a run, as the operator's machine does, and returns what its request says of it. */
export const sendTwoByTwo = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<{
  readonly sums: string;
  readonly model: PlanRequest['model'];
  readonly settings: PlanRequest['settings'];
}> => {
  const { signal } = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'sent-model-'));
  try {
    const model = await readGiven(describedTwoByTwo(folder));
    const packed = await packModel(join(folder, 'packed'), model, () => undefined, signal);
    await sendModel(aws, bucket, runId, packed, signal);
    return {
      sums: packed.sumsSha256,
      model: askedModel(model),
      settings: { model: model.description },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
