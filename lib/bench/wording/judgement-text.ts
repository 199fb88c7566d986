import { EQUIVALENCE_MARGIN, type Judgement } from '../stats/judgement.ts';

/** What counts as equal: `3 %`. */
export const MARGIN_TEXT = `${EQUIVALENCE_MARGIN * 100} %`;

/** The words of a verdict. */
export const judgementText = (judgement: Judgement): string => {
  switch (judgement.word) {
    case 'faster':
    case 'slower':
      return judgement.isBeyondMargin
        ? judgement.word
        : `${judgement.word}, perhaps by less than ${MARGIN_TEXT}`;
    case 'equal':
      return `equal within ${MARGIN_TEXT}`;
    case 'bounded':
      return `no difference above ${Math.ceil(judgement.most * 100)} %`;
    case 'noisy':
      return 'too noisy to tell';
    case 'withheld':
      return 'withheld';
    default:
      return judgement satisfies never;
  }
};
