import type { ServingManifest } from '../../manifest.ts';
import { floatsOf, sizeOfShape, type WireInput } from '../wire.ts';

/** The model of a manifest as the server describes it. */
export interface ServedModel {
  readonly name: string;
  /** Tensor names. */
  readonly input: string;
  readonly output: string;
  /** Of the input. */
  readonly shape: readonly number[];
}

export const servedModel = ({ model: { name, layout, tensors } }: ServingManifest): ServedModel => {
  if (tensors === undefined) throw new Error(`the manifest of ${name} names no tensors`);
  return { name, ...tensors, shape: layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3] };
};

export const unknownModel = (name: string): string => `model ${name} not found`;
export const notReady = (name: string): string => `model ${name} is not ready`;

/** What is wrong with a request, as far as platforms tell by status: all of it, what it asks for, how many values it has. */
export type Malformed = 'unreadable' | 'tensor' | 'size';

/** Throws the refusal of a platform. */
export type Refuse = (what: Malformed) => never;

/** Whether a tensor of a request is the one that the model takes, as far as its description says. */
export const isInputOf = (
  { input, shape }: ServedModel,
  asked: {
    readonly name: unknown;
    readonly datatype: unknown;
    readonly shape: { readonly join: () => string };
  },
): boolean =>
  asked.name === input && asked.datatype === 'FP32' && asked.shape.join() === shape.join();

/** Reads the values as bytes. */
export const readRaw = (bytes: Uint8Array, { shape }: ServedModel, refuse: Refuse): WireInput =>
  bytes.length === 4 * sizeOfShape(shape)
    ? { kind: 'tensor', values: floatsOf(bytes), shape }
    : refuse('size');
