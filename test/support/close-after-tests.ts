interface Closable {
  readonly close: () => Promise<unknown>;
}

const ofFile: Closable[] = [];
const ofTest: Closable[] = [];

const closeAll = async (opened: Closable[]): Promise<void> => {
  // The latest first, because it may use the earlier ones.
  for (const one of opened.splice(0).toReversed()) await one.close();
};

afterEach(() => closeAll(ofTest));
afterAll(() => closeAll(ofFile));

/** Closes something after the last test of the file. */
export const closeAfterTests = <Opened extends Closable>(opened: Opened): Opened => {
  ofFile.push(opened);
  return opened;
};

/** Closes something after the test that opened it. */
export const closeAfterTest = <Opened extends Closable>(opened: Opened): Opened => {
  ofTest.push(opened);
  return opened;
};
