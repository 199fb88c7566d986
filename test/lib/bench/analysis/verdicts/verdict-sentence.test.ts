import type { JudgedFigure } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import {
  pairWords,
  verdictSentence,
} from '../../../../../lib/bench/analysis/verdicts/verdict-sentence.ts';
import { recordedTargets } from '../../../../support/recorded-run.ts';

type Said = Parameters<typeof verdictSentence>[3];

const [image, json, binary] = recordedTargets();
const real = { runtime: 'venv' } as const;

const faster: Said = {
  judgement: { word: 'faster', isBeyondMargin: true },
  interval: { low: 1.25, high: 1.5, confidence: 0.95 },
  repeats: 4,
};
const around1 = { low: 0.95, high: 1.05, confidence: 0.95 };
const below1 = { low: 0.5, high: 0.8, confidence: 0.95 };

const sentenceOf = (
  said: Partial<Said>,
  figure: JudgedFigure = 'request rate',
  words = pairWords(json, binary, real),
): string => verdictSentence('At 10 virtual users, warm', words, figure, { ...faster, ...said });

describe('The sentence of a verdict', () => {
  it('names load, scenario, protocol, payload, interval and repeats', () => {
    expect(sentenceOf({})).toBe(
      'At 10 virtual users, warm, over REST with the same tensor: TensorFlow Serving in JSON answered 1.25 to 1.50 times as many requests per second as Triton (PyTorch) in binary (4 repeats).',
    );
  });

  it.each<[string, Partial<Said>, string]>([
    [
      'the faster one first, where that is the second',
      { judgement: { word: 'slower', isBeyondMargin: true }, interval: below1 },
      ': Triton (PyTorch) in binary answered 1.25 to 2.00 times as many requests per second as TensorFlow Serving in JSON (4 repeats).',
    ],
    [
      'that a difference is perhaps too small to matter',
      { judgement: { word: 'faster', isBeyondMargin: false } },
      ' as Triton (PyTorch) in binary: faster, perhaps by less than 3 % (4 repeats).',
    ],
    [
      'what is equal within the margin',
      { judgement: { word: 'equal' }, interval: { ...around1, low: 0.99, high: 1.01 } },
      ' and Triton (PyTorch) in binary answered equally many requests per second within 3 % (0.990 to 1.01 times) (4 repeats).',
    ],
    [
      'how great a difference may be that was not seen',
      { judgement: { word: 'bounded', most: 0.065 }, interval: around1 },
      ': no difference above 7 %, as TensorFlow Serving in JSON answered 0.950 to 1.05 times as many requests per second as Triton (PyTorch) in binary (4 repeats; 100 would hardly decide it).',
    ],
    [
      'how many repeats would probably decide an open one',
      { judgement: { word: 'noisy' }, interval: around1, repeatsToDecide: 12 },
      ' as Triton (PyTorch) in binary (4 repeats; about 12 would probably decide it).',
    ],
    [
      'what became of the repeats that are not among them',
      { unpaired: '; 3 more failed on one side at least' },
      ' (4 repeats; 3 more failed on one side at least).',
    ],
  ])('says %s', (_, said, end) => {
    expect(sentenceOf(said).slice(-end.length)).toBe(end);
  });

  it('gives the reason where the verdict is withheld', () => {
    const { interval: _, ...withheld } = faster;
    const judgement = { word: 'withheld', reason: 'Too few repeats.' } as const;
    const words = pairWords(json, binary, real);

    expect(verdictSentence('At 10', words, 'request rate', { ...withheld, judgement })).toBe(
      'At 10, over REST with the same tensor: no verdict on TensorFlow Serving in JSON against Triton (PyTorch) in binary. Too few repeats.',
    );
  });

  it('speaks of median response times where these were judged', () => {
    expect(sentenceOf({ interval: below1 }, 'median response time')).toContain(
      ': the median response of TensorFlow Serving in JSON took 0.500 to 0.800 times as long as that of Triton (PyTorch) in binary (4 repeats).',
    );
    expect(
      sentenceOf({ judgement: { word: 'equal' }, interval: around1 }, 'median response time'),
    ).toContain(' took equally long within 3 % (0.950 to 1.05 times)');
  });

  it.each([
    ['where the payloads differ', pairWords(image, binary, real), / differ: the image against/],
    [
      'where the simulated server answered, and of no platform',
      pairWords(json, binary, { runtime: 'simulated' }),
      /: the protocol of TensorFlow Serving in JSON carried 1\.25/,
    ],
    [
      'where a stand-in stood for the platform',
      pairWords(json, binary, {
        ...real,
        served: { tfserving: { platform: 'a stand-in', engine: 'ONNX Runtime', real: false } },
      }),
      /: the stand-in for TensorFlow Serving in JSON answered/,
    ],
    [
      'where the protocols differ',
      pairWords({ ...json, protocol: 'grpc', encoding: 'raw' }, json, real),
      /: TensorFlow Serving over gRPC in raw bytes answered .* as TensorFlow Serving over REST in JSON/,
    ],
  ])('says so %s', (_, words, sentence) => {
    expect(sentenceOf({}, 'request rate', words)).toMatch(sentence);
  });
});
