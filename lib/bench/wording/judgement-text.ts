import { EQUIVALENCE_MARGIN, type RatioJudgement } from '../stats/judgement.ts';

/** The margin within which figures count as equal: `3 %`. */
export const MARGIN_TEXT = `${EQUIVALENCE_MARGIN * 100} %`;

export const judgementText = (
  judgement:
    | RatioJudgement
    | { readonly kind: 'more' | 'less'; readonly isBeyondMargin: boolean }
    | { readonly kind: 'withheld' },
): string => {
  switch (judgement.kind) {
    case 'faster':
    case 'slower':
    case 'more':
    case 'less':
      return judgement.isBeyondMargin
        ? judgement.kind
        : `${judgement.kind}, perhaps by less than ${MARGIN_TEXT}`;
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
