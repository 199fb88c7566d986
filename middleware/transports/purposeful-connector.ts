import { buildConnector } from 'undici';

/**
 * Opens connections for a dispatcher, and closes those on which nothing is sent. Where a request is given up on its way,
 * undici closes its connection and at once opens another one for it, and then has nothing to send there. A server that
 * gives each connection a thread waits on it: a handful of clients that left kept gunicorn from answering for seconds.
 */
export const purposefulConnector = (): buildConnector.connector => {
  // The one deadline of the exchange covers connecting.
  const connector = buildConnector({ timeout: 0 });
  return (options, callback) => {
    connector(options, (...result) => {
      callback(...result);
      const [, socket] = result;
      // What waits for the connection is written by then.
      setImmediate(() => {
        if (socket?.bytesWritten === 0) socket.destroy();
      });
    });
  };
};
