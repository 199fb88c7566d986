const isOneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): text is Name =>
    (names as readonly string[]).includes(text);

/** Bad images, for targets that take image files. */
export const IMAGE_FAULTS = [
  'image-truncated',
  'image-empty',
  'image-text',
  'image-cmyk',
  'image-one-channel',
  'image-100-megapixels',
] as const;
export type ImageFault = (typeof IMAGE_FAULTS)[number];
export const isImageFault = isOneOf(IMAGE_FAULTS);

/** Bad tensors, for targets that take tensors. */
export const TENSOR_FAULTS = [
  'tensor-wrong-shape',
  'tensor-wrong-type',
  'tensor-nan',
  'tensor-too-long',
  'tensor-too-short',
] as const;
export type TensorFault = (typeof TENSOR_FAULTS)[number];
export const isTensorFault = isOneOf(TENSOR_FAULTS);

/** Messages that cannot be parsed. */
export const MESSAGE_FAULTS = ['malformed-json', 'malformed-protobuf'] as const;

/** Faults in the request itself. */
export const REQUEST_FAULTS = [...IMAGE_FAULTS, ...TENSOR_FAULTS, ...MESSAGE_FAULTS] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** Good requests over a bad connection: half of a body and then silence; a body that takes seconds; closed before the answer. */
export const CONNECTION_FAULTS = ['half-body', 'slow-sender', 'disconnect'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];
export const isConnectionFault = isOneOf(CONNECTION_FAULTS);

/** Signals to the busiest process of the serving: SIGKILL, or SIGSTOP and later SIGCONT. */
export const PROCESS_FAULTS = ['kill-worker', 'pause-worker'] as const;
export type ProcessFault = (typeof PROCESS_FAULTS)[number];
export const isProcessFault = isOneOf(PROCESS_FAULTS);

/** What a stability test does while the serving answers good requests. `nothing`: the control; `burst`: ten times the load. */
export const FAULTS = [
  'nothing',
  ...REQUEST_FAULTS,
  ...CONNECTION_FAULTS,
  'burst',
  ...PROCESS_FAULTS,
] as const;
export type Fault = (typeof FAULTS)[number];

/** One fault, or constant load for a long time. */
export type StabilityTest = Fault | 'soak';

/** Equal parts of the window of a fault: one before it, one with it, and two after it, so that queues can drain. */
export const FAULT_PARTS = 4;

/** The same in every run: the effect of a burst depends on the number of its requests. */
export const BURST_SECONDS = 5;
