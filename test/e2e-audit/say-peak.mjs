// Loaded before a program, tells how much memory that has had at most.
process.on('exit', () => process.stderr.write(`\npeak ${process.resourceUsage().maxRSS} kB\n`));
