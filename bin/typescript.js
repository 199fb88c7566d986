// Lets Node run TypeScript. Node 24 and newer do so without tsx, and faster.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
