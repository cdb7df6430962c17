export const startUsage = `Usage: npm start [-- OPTIONS]

Sets up what is missing (the first time a few minutes and about 2.5 GB), then opens the window.

  --web         serve the window to a browser instead, at a printed address on this machine
  --port N      the port to serve at (with --web, or where there is no display)
  --home DIR    the folder of runs, evaluations and settings (default: LORABENCH_HOME, else
                the application-data folder of this system)
  --help        this text

Anything else is passed on. The terminal has its own command: npm run -s lab -- --help
`;

const isPort = (text) => /^\d{1,5}$/.test(text ?? '') && Number(text) <= 65535;

/**
 * The arguments after `npm start --`; both `--port 8000` and `--port=8000` work.
 * @returns kind `help`, `wrong` with a message, or `start` with web, port?, home?, rest
 */
export function parseStartArguments(words) {
  const options = { kind: 'start', web: false, rest: [] };
  const queue = words.flatMap((word) => {
    const pair = /^(--(?:port|home))=(.*)$/s.exec(word);
    return pair ? [pair[1], pair[2]] : [word];
  });
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word === '--web') options.web = true;
    else if (word === '--port') {
      options.port = queue.shift();
      if (!isPort(options.port))
        return { kind: 'wrong', message: '--port takes a number from 0 to 65535.' };
    } else if (word === '--home') {
      options.home = queue.shift();
      if (!options.home) return { kind: 'wrong', message: '--home takes a folder.' };
    } else options.rest.push(word);
  }
  return options;
}
