import type { Traits } from '../../conformance/traits.ts';

const PARSER = 'the words are those of the parser that the server was built on';
const DECODER = 'the words are those of the decoder';

export const tfserving: Traits = {
  refusals: {
    unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
    wrongShape: {
      // Its signature for numbers leaves height and width free.
      'rest tensor as json': '200',
      'rest tensor as base64': '400',
      'grpc tensor as raw': 'OK',
    },
    brokenImage: { rest: '400', grpc: 'INVALID_ARGUMENT' },
  },
  overload: 'waits',
  container: { worker: /model_server\.py/ },
  real: {
    worker: /peer\.py/,
    killed: 'ends',
    differences: {
      'bytes that are no message': PARSER,
      'four bytes short': PARSER,
      'rest image as base64, an empty body': PARSER,
      'rest tensor as json, an empty body': PARSER,
      'rest tensor as base64, an empty body': PARSER,
      'a picture that is cut off': DECODER,
      'no picture': DECODER,
      'rest tensor as base64, of another shape': 'the words are those of the graph',
      'rest tensor as json, of another shape': 'a result; its numbers have other digits at the end',
      'a path that is none': 'the peer has no page for it, only the words',
    },
  },
};
