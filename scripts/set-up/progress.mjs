/**
 * Shows set-up steps on stderr: on a terminal one line that moves (elapsed times, what the programs
 * say); elsewhere a line when a step begins, which its end completes or repeats.
 */

export function formatSeconds(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}

export function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** Shows any number of steps at the same time. */
export function createProgress(stream = process.stderr) {
  const terminal = stream.isTTY === true;
  const running = new Set();
  let timer;
  /** Elsewhere than on a terminal: the step whose line was begun and not ended yet. */
  let lineOf = null;

  const width = () => Math.max(40, stream.columns ?? 100) - 1;
  const clear = () => terminal && stream.write('\r\u001b[K');
  const elapsed = (step) => formatSeconds((performance.now() - step.start) / 1000);

  const draw = () => {
    clear();
    const share = Math.floor(width() / running.size);
    const parts = [...running].map((step) =>
      `  ${step.title} … ${elapsed(step)}${step.said ? `  ${step.said}` : ''}`.slice(0, share),
    );
    stream.write(parts.join(''));
  };

  const endLine = () => {
    clear();
    if (lineOf !== null) stream.write('\n');
    lineOf = null;
  };

  const finish = (step, mark, text) => {
    running.delete(step);
    if (running.size === 0) clearInterval(timer);
    const ending = text ? `${text}, ${elapsed(step)}` : elapsed(step);
    const goesOn = lineOf === step;
    if (goesOn) lineOf = null;
    else endLine();
    stream.write(goesOn ? `${ending}\n` : `${mark} ${step.title}: ${ending}\n`);
  };

  const say = (text) => {
    endLine();
    stream.write(`${text}\n`);
  };

  return {
    say,
    /** `note` tells beforehand what is coming, such as its size. */
    begin(number, count, name, note) {
      const step = { title: `[${number}/${count}] ${name}`, start: performance.now(), said: note };
      endLine();
      running.add(step);
      if (!terminal) {
        stream.write(`  ${step.title}${note ? ` (${note})` : ''} … `);
        lineOf = step;
      } else if (running.size === 1) timer = setInterval(draw, 200).unref();
      return {
        say,
        line: (text) => {
          step.said = text.trim();
        },
        done: (text) => finish(step, '✓', text),
        fail: (text) => finish(step, '✗', text),
      };
    },
  };
}
