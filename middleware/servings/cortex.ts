import flask from './flask.ts';

/** The proxy passes everything on to the application behind it. */
export default flask;
