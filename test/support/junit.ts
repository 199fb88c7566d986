import { parseXML } from '@aws-sdk/xml-builder';

/** A test case of a JUnit report. */
export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What stands beside it. */
  readonly text: string;
}

/** An element as the parser gives it: attributes and children by name, several of one name as a list. */
interface Element {
  readonly tests?: string;
  readonly failures?: string;
  readonly skipped?: string | Element;
  readonly name?: string;
  readonly message?: string;
  readonly failure?: Element;
  readonly 'system-out'?: string;
  readonly testsuite?: Element | readonly Element[];
  readonly testcase?: Element | readonly Element[];
}

const caseOf = (suite: Element, one: Element): JunitCase => {
  const { name = '', failure } = one;
  const skipped = one.skipped as Element | undefined;
  return {
    suite: suite.name ?? '',
    name,
    state: failure ? 'failed' : skipped ? 'skipped' : 'passed',
    text: (failure ?? skipped)?.message ?? one['system-out'] ?? '',
  };
};

/** @throws where the counts that an element says are not those of its cases */
const demandCounts = ({ tests, failures, skipped }: Element, cases: readonly JunitCase[]): void => {
  const countOf = (wanted: JunitCase['state']): number =>
    cases.filter(({ state }) => state === wanted).length;
  const counts = { tests: cases.length, failures: countOf('failed'), skipped: countOf('skipped') };
  const said = { tests: Number(tests), failures: Number(failures), skipped: Number(skipped) };
  if (JSON.stringify(said) !== JSON.stringify(counts)) {
    throw new Error(`it says ${JSON.stringify(said)} and has ${JSON.stringify(counts)}`);
  }
};

const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

/**
 * The test cases of a JUnit report.
 *
 * @throws where it is not well-formed, or its counts are not those of its cases
 */
export const readJunit = (xml: string): readonly JunitCase[] => {
  if (xml.replaceAll(ENTITY, '').includes('&')) throw new Error('an ampersand is not escaped');
  const { testsuites } = parseXML(xml) as { readonly testsuites: Element };
  const suites = [testsuites.testsuite ?? []].flat();
  const cases = suites.map((suite) => {
    const own = [suite.testcase ?? []].flat().map((one) => caseOf(suite, one));
    demandCounts(suite, own);
    return own;
  });
  demandCounts(testsuites, cases.flat());
  return cases.flat();
};
