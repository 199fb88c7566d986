import type { AnswerFault } from '../model/record.ts';

interface FaultWords {
  /** What a target does: `gives no answer`. */
  readonly gives: string;
  readonly gave: string;
  /** What came from it: `no answer`. */
  readonly what: string;
  /** How an input of an answer check fared: `2 of 8 images without an answer`. */
  readonly how: string;
}

/** The three ways in which an answer fails, in words. */
export const faultWords: Readonly<Record<AnswerFault, FaultWords>> = {
  'wrong-answer': {
    gives: 'gives wrong answers',
    gave: 'gave wrong answers',
    what: 'wrong answers',
    how: 'without the correct answer',
  },
  'not-understood': {
    gives: 'gives answers that are not understood',
    gave: 'gave answers that were not understood',
    what: 'answers not understood',
    how: 'with an answer that was not understood',
  },
  'no-answer': {
    gives: 'gives no answer',
    gave: 'gave no answer',
    what: 'no answer',
    how: 'without an answer',
  },
};
