import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Accelerator } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';
import type { StandIn } from '../docker/find-image.ts';

/** The result of preparing one serving on a serving node. */
export interface PreparedServing {
  /** Exact reference of its image; absent if there is none. */
  readonly image?: string;
  readonly standIn?: StandIn;
  /** Why it cannot be measured on this node; absent if it can. */
  readonly problem?: string;
}

/** Everything that the bootstrap of a serving node prepared. */
export interface PreparedServings {
  readonly accelerator: Accelerator;
  /** The ONNX file that all models were made from. */
  readonly model: { readonly sha256: string; readonly weights: string; readonly trained: boolean };
  /** By id of the serving. */
  readonly servings: Readonly<Record<string, PreparedServing>>;
}

/** The state folder of an AWS node. */
export const NODE_STATE = '/var/lib/serving-compare';
/** The folder with models on both nodes of a pair. */
export const NODE_MODELS = `${NODE_STATE}/models`;
/** The folder with what the container of a serving node mounts besides its model. */
export const NODE_CONTAINER = `${NODE_STATE}/container`;

const FILE = `${NODE_STATE}/servings.json`;

/** @throws UsageError if the bootstrap of this node has not prepared any containers. */
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

/** Replaces the file atomically. */
export const writePreparedServings = (prepared: PreparedServings): void => {
  writeFileSync(`${FILE}.unfinished`, `${JSON.stringify(prepared, null, 2)}\n`);
  renameSync(`${FILE}.unfinished`, FILE);
};
