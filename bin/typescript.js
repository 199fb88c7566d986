// Lets Node run TypeScript: from Node 24 on it does so by itself, and faster.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
