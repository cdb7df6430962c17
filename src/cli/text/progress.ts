/** Progress on stderr: one line drawn again on a terminal, else a line now and then. */

export interface Progress {
  /** `share` from 0 to 1, null while unknown. */
  update(share: number | null, text: string): void;
  /** Ends the line, leaving `text` behind. */
  end(text: string): void;
}

const eighths = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `cells` characters with eighths of a character. */
export function bar(share: number, cells: number): string {
  const safe = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const parts = Math.round(safe * cells * 8);
  const full = Math.floor(parts / 8);
  const rest = parts % 8;
  const drawn = '█'.repeat(full) + (rest === 0 ? '' : eighths[rest]);
  return drawn + '·'.repeat(cells - [...drawn].length);
}

/** Milliseconds between lines where nobody sees a line redrawn. */
const quietInterval = 5000;

export function createProgress(stream: NodeJS.WriteStream, now = Date.now): Progress {
  if (!stream.isTTY) {
    let last = 0;
    return {
      update(share, text) {
        if (now() - last < quietInterval) return;
        last = now();
        const amount = share === null ? '' : `${String(Math.floor(share * 100)).padStart(3)} %  `;
        stream.write(`${amount}${text}\n`);
      },
      end: (text) => void stream.write(`${text}\n`),
    };
  }
  const draw = (line: string): void => {
    const room = Math.max(20, (stream.columns ?? 80) - 1);
    stream.write(`\r\u001b[2K${[...line].slice(0, room).join('')}`);
  };
  return {
    update(share, text) {
      draw(`${share === null ? '·'.repeat(16) : bar(share, 16)}  ${text}`);
    },
    end(text) {
      draw(text);
      stream.write('\n');
    },
  };
}
