/** A set-up step that cannot go on: what happened, the program's last lines, what to do. */
export class SetUpError extends Error {
  constructor(message, { lines = [], fix } = {}) {
    super(message);
    this.name = 'SetUpError';
    this.lines = lines;
    this.fix = fix;
  }
}
