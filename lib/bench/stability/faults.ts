import { BURST_SECONDS, type Fault } from '../model/fault.ts';

interface FaultFacts {
  /** For tables, behind "with" in a sentence. */
  readonly title: string;
  /** What is done, as a sentence. */
  readonly what: string;
}

export const faultFacts: Readonly<Record<Fault, FaultFacts>> = {
  nothing: {
    title: 'nothing (control)',
    what: 'Good requests only: what the machine does by itself.',
  },
  'image-truncated': { title: 'truncated image', what: 'The first 60 % of a JPEG.' },
  'image-empty': { title: 'empty image', what: 'No bytes at all in the place of the image.' },
  'image-text': { title: 'text as image', what: 'A sentence in the place of the image.' },
  'image-cmyk': { title: 'CMYK image', what: 'A JPEG with four inks.' },
  'image-one-channel': { title: 'one-channel image', what: 'A grey JPEG with one channel.' },
  'image-100-megapixels': {
    title: '100-megapixel image',
    what: 'A small JPEG file that decodes to 100 million pixels, once a second.',
  },
  'tensor-wrong-shape': {
    title: 'tensor of a wrong shape',
    what: 'The declared shape does not fit the model.',
  },
  'tensor-wrong-type': {
    title: 'tensor of a wrong type',
    what: 'Another type of number, or text, than the model takes.',
  },
  'tensor-nan': {
    title: 'tensor with NaN',
    what: 'A thousand of the numbers, or all if they are fewer, are not a number.',
  },
  'tensor-too-long': { title: 'tensor too long', what: 'Twice the numbers of the shape.' },
  'tensor-too-short': { title: 'tensor too short', what: 'Half of the numbers of the shape.' },
  'malformed-json': { title: 'malformed JSON', what: 'JSON that is cut off in the middle.' },
  'malformed-protobuf': {
    title: 'malformed protobuf',
    what: 'A message that no protobuf parser accepts.',
  },
  'half-body': {
    title: 'half a body',
    what: 'Half of a good request, then silence on an open connection.',
  },
  'slow-sender': {
    title: 'slow sender',
    what: 'A good request in twenty pieces over most of the time.',
  },
  disconnect: { title: 'client that leaves', what: 'A good request, then a closed connection.' },
  burst: {
    title: 'ten times the load',
    what: `Ten times the rate of good requests, beside them, for ${BURST_SECONDS} s.`,
  },
  'kill-worker': {
    title: 'killed worker',
    what: 'SIGKILL to the process of the serving that used the most CPU time before.',
  },
  'pause-worker': {
    title: 'paused worker',
    what: 'SIGSTOP to that process, then SIGCONT.',
  },
};
