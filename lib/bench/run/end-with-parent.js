// Loaded before a script that knows nothing of its parent: when the channel to the parent ends, so does the script.
process.once('disconnect', () => process.exit(1));
// The listener alone would keep the process alive when its work is done.
process.channel?.unref();
