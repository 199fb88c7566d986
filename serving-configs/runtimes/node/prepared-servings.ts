import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Accelerator } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';
import type { StandIn } from '../docker/find-image.ts';

/** What the bootstrap of a serving node found out about one serving. */
export interface PreparedServing {
  /** Names one image and no other; absent where there is none. */
  readonly image?: string;
  readonly standIn?: StandIn;
  /** Why it cannot be measured here; absent where it can. */
  readonly problem?: string;
}

/** What the bootstrap of a serving node prepared. */
export interface PreparedServings {
  readonly accelerator: Accelerator;
  /** The ONNX file that all models were made from. */
  readonly model: { readonly sha256: string; readonly weights: string; readonly trained: boolean };
  /** By id of the serving. */
  readonly servings: Readonly<Record<string, PreparedServing>>;
}

/** Where a node of AWS keeps what it prepared. */
export const NODE_STATE = '/var/lib/serving-compare';
/** The folder of the models on both nodes. */
export const NODE_MODELS = `${NODE_STATE}/models`;

const FILE = `${NODE_STATE}/servings.json`;

/** @throws UsageError where the bootstrap of this node has not prepared any. */
export const readPreparedServings = (): PreparedServings => {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as PreparedServings;
  } catch (error) {
    throw new UsageError(
      `the bootstrap of this node has prepared no containers: ${FILE} cannot be read`,
      'see /var/log/serving-compare-bootstrap.log, and deploy again',
      { cause: error },
    );
  }
};

/** Replaces the file in one step, so that there is never half of one. */
export const writePreparedServings = (prepared: PreparedServings): void => {
  writeFileSync(`${FILE}.unfinished`, `${JSON.stringify(prepared, null, 2)}\n`);
  renameSync(`${FILE}.unfinished`, FILE);
};
