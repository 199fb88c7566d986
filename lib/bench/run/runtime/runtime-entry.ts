import type { ServingName } from '../../../../serving-configs/index.ts';
import type { ServedBy } from '../../model/plan.ts';

/** Whether a runtime can run a serving on this machine, and what would answer. */
export interface RuntimeEntry extends Partial<ServedBy> {
  readonly serving: ServingName;
  /** `not-installed`: it can be installed; `impossible`: not on this machine. */
  readonly state: 'installed' | 'not-installed' | 'impossible';
  /** Why it is not installed, or impossible. */
  readonly reason?: string;
}

/** The models that the servings of a runtime read. */
export interface RuntimeModels {
  /** With a folder for each platform. */
  readonly folder: string;
  /** The ONNX file that all of them were made from; undefined if it is not beside them. */
  readonly onnx?: string;
  /** Undefined if it is not recorded. */
  readonly weights?: { readonly title: string; readonly trained: boolean };
}

/** Why an entry cannot run, in words. */
export const reasonOf = ({ state, reason }: RuntimeEntry): string =>
  reason ?? (state === 'impossible' ? 'it cannot run on this machine' : 'not installed');

/** What answers for an installed serving. */
export const servedByOf = (entry: RuntimeEntry): ServedBy => {
  const { serving, platform = serving, engine = 'not told', real = true } = entry;
  const { note, standIn, image, imageMiB, accelerator } = entry;
  return { platform, engine, real, note, standIn, image, imageMiB, accelerator };
};
