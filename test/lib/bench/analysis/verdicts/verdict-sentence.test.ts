import type { JudgedFigure } from '../../../../../lib/bench/analysis/verdicts/pairing.ts';
import {
  pairWords,
  verdictSentence,
} from '../../../../../lib/bench/analysis/verdicts/verdict-sentence.ts';
import { targetLabels } from '../../../../../lib/bench/wording/labels.ts';
import { recordedTargets } from '../../../../support/recorded-run.ts';

type Said = Parameters<typeof verdictSentence>[2];

const [image, json, binary] = recordedTargets();
const labels = targetLabels([json, binary]);

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
  words = pairWords(json, binary, labels),
): string => verdictSentence(words, figure, { ...faster, ...said });

describe('The sentence of a verdict', () => {
  it('names what tells the targets apart, the interval and the repeats', () => {
    expect(sentenceOf({})).toBe(
      'TensorFlow Serving (JSON) handled 25–50 % more requests per second than Triton (PyTorch, binary), over 4 repeats.',
    );
  });

  it.each<[string, Partial<Said>, string]>([
    [
      'the faster one first, where that is the second',
      { judgement: { word: 'slower', isBeyondMargin: true }, interval: below1 },
      'Triton (PyTorch, binary) handled 25–100 % more requests per second than TensorFlow Serving (JSON), over 4 repeats.',
    ],
    [
      'how many times as many, where it is twice as many',
      { interval: { low: 2, high: 3, confidence: 0.95 } },
      'TensorFlow Serving (JSON) handled 2.00–3.00 times as many requests per second as Triton (PyTorch, binary), over 4 repeats.',
    ],
    [
      'what is equal within the margin',
      { judgement: { word: 'equal' }, interval: { ...around1, low: 0.99, high: 1.01 } },
      'TensorFlow Serving (JSON) and Triton (PyTorch, binary) are equally fast within 3 %: TensorFlow Serving (JSON) handled 1.0 % fewer to 1.0 % more requests per second, over 4 repeats.',
    ],
    [
      'how great a difference may be that was not seen',
      { judgement: { word: 'bounded', most: 0.065 }, interval: around1 },
      'No difference above 7 % between TensorFlow Serving (JSON) and Triton (PyTorch, binary): TensorFlow Serving (JSON) handled 5.0 % fewer to 5.0 % more requests per second, over 4 repeats; even 100 would hardly decide it.',
    ],
    [
      'how many repeats would probably decide an open one',
      { judgement: { word: 'noisy' }, interval: around1, repeatsToDecide: 12 },
      'Too noisy to tell TensorFlow Serving (JSON) from Triton (PyTorch, binary): TensorFlow Serving (JSON) handled 5.0 % fewer to 5.0 % more requests per second, over 4 repeats; about 12 would probably decide it.',
    ],
    [
      'what became of the repeats that are not among them',
      { left: ', 3 more failed' },
      'TensorFlow Serving (JSON) handled 25–50 % more requests per second than Triton (PyTorch, binary), over 4 repeats, 3 more failed.',
    ],
  ])('says %s', (_, said, sentence) => {
    expect(sentenceOf(said)).toBe(sentence);
  });

  it('gives the reason where the verdict is withheld', () => {
    const { interval: _, ...withheld } = faster;
    const judgement = { word: 'withheld', reason: 'Too few repeats.' } as const;
    const words = pairWords(json, binary, labels);

    expect(verdictSentence(words, 'request rate', { ...withheld, judgement })).toBe(
      'No verdict on TensorFlow Serving (JSON) and Triton (PyTorch, binary). Too few repeats.',
    );
  });

  it('speaks of median response times where these were judged', () => {
    expect(sentenceOf({ interval: below1 }, 'median response time')).toBe(
      'TensorFlow Serving (JSON)’s median response time was 20–50 % shorter than Triton (PyTorch, binary)’s, over 4 repeats.',
    );
  });

  it('says so where the payloads differ', () => {
    expect(sentenceOf({}, 'request rate', pairWords(image, binary, labels))).toMatch(
      /repeats\. The payloads differ: image against tensor\.$/,
    );
  });
});
