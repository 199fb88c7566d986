/** A burst always lasts this long, because its effect depends on how many requests it adds. */
export const BURST_SECONDS = 5;

/** The window of a fault has parts of equal length: one before it, one with it, and two after it, in which queues can empty. */
export const FAULT_PARTS = 4;

interface FaultFacts {
  /**
   * What the fault is in:
   * - `image`: the input of a request;
   * - `message`: the encoding of a request, which cannot be parsed;
   * - `connection`: the way a good request is sent;
   * - `load`: the rate of good requests; `none` is the control;
   * - `process`: the busiest process of the serving.
   */
  readonly kind: 'none' | 'image' | 'message' | 'connection' | 'load' | 'process';
  /** Its name in tables, and after "with" in a sentence. */
  readonly title: string;
  /** What is done, as a sentence. */
  readonly what: string;
}

/** Everything that is done to a serving while it answers good requests. */
export const faultFacts = {
  nothing: {
    kind: 'none',
    title: 'nothing (control)',
    what: 'Good requests only: what the machine does by itself.',
  },
  'image-truncated': {
    kind: 'image',
    title: 'truncated image',
    what: 'The first 60 % of a JPEG.',
  },
  'image-empty': {
    kind: 'image',
    title: 'empty image',
    what: 'No bytes at all instead of an image.',
  },
  'image-text': {
    kind: 'image',
    title: 'text as image',
    what: 'A sentence instead of an image.',
  },
  'image-cmyk': {
    kind: 'image',
    title: 'CMYK image',
    what: 'A JPEG with four channels of ink.',
  },
  'image-one-channel': {
    kind: 'image',
    title: 'one-channel image',
    what: 'A grey JPEG with one channel.',
  },
  'image-100-megapixels': {
    kind: 'image',
    title: '100-megapixel image',
    what: 'A small JPEG file that decodes to 100 million pixels, once a second.',
  },
  'malformed-json': {
    kind: 'message',
    title: 'malformed JSON',
    what: 'JSON that is cut off in the middle.',
  },
  'malformed-protobuf': {
    kind: 'message',
    title: 'malformed protobuf',
    what: 'A message that no protobuf parser accepts.',
  },
  'half-body': {
    kind: 'connection',
    title: 'half a body',
    what: 'Half of a good request, then silence on an open connection.',
  },
  'slow-sender': {
    kind: 'connection',
    title: 'slow sender',
    what: 'A good request in twenty pieces, spread over most of the fault.',
  },
  disconnect: {
    kind: 'connection',
    title: 'client that disconnects',
    what: 'A good request whose client closes the connection before the answer.',
  },
  burst: {
    kind: 'load',
    title: 'ten times the load',
    what: `Ten times the rate of good requests, in addition to them, for ${BURST_SECONDS} s.`,
  },
  'kill-worker': {
    kind: 'process',
    title: 'killed worker',
    what: 'SIGKILL to the process that used the most CPU time before the fault.',
  },
  'pause-worker': {
    kind: 'process',
    title: 'paused worker',
    what: 'SIGSTOP to the process that used the most CPU time before the fault, then SIGCONT.',
  },
} as const satisfies Readonly<Record<string, FaultFacts>>;

export type Fault = keyof typeof faultFacts;
export const FAULTS = Object.keys(faultFacts) as readonly Fault[];

/** The faults without the control, which every test of faults includes. */
export const INJECTED_FAULTS = FAULTS.filter((fault) => fault !== 'nothing');

type FaultOf<Kind extends FaultFacts['kind']> = {
  [Name in Fault]: (typeof faultFacts)[Name]['kind'] extends Kind ? Name : never;
}[Fault];

/** Whether a text is the name of a fault of this kind. */
const isOfKind =
  <Kind extends FaultFacts['kind']>(kind: Kind) =>
  (text: string): text is FaultOf<Kind> =>
    FAULTS.some((fault) => fault === text && faultFacts[fault].kind === kind);

export type ImageFault = FaultOf<'image'>;
export const isImageFault = isOfKind('image');

export type MessageFault = FaultOf<'message'>;

export type ConnectionFault = FaultOf<'connection'>;
export const isConnectionFault = isOfKind('connection');

export type ProcessFault = FaultOf<'process'>;
export const isProcessFault = isOfKind('process');

/** What a measurement of stability does: one fault, or constant load for a long time. */
export type StabilityTest = Fault | 'soak';
