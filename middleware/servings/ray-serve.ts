import flask from './flask.ts';

/** One application behind the proxy, with the routes of our own one alone. */
export default flask;
