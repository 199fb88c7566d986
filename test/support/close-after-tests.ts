interface Closable {
  readonly close: () => Promise<unknown>;
}

const open: Closable[] = [];

afterAll(async () => {
  // The latest first, because it may use the earlier ones.
  for (const one of open.toReversed()) await one.close();
});

/** Closes a server after the last test of the file, unless a test has closed it before. */
export const closeAfterTests = <Server extends Closable>(server: Server): Server => {
  open.push(server);
  return server;
};
